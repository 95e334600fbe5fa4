"""Recipes for int8, each measured on validation: how far the answers move, what it weighs."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from export.compress import compressed
from export.graph import session as runtime
from export.quality.distance import compare, logit_distance, worst_text
from training.report.words import markdown_table
from training.run.artifact import Artifact
from training.run.config import QuantizeConfig
from training.run.data_config import STRICT
from training.run.errors import InputError, one_line
from training.run.files import read_json, sha256_of, write_json
from training.run.provenance import circumstances


@dataclass(frozen=True, config=STRICT)
class Candidate:
    """A scheme under a name."""

    name: str
    scheme: QuantizeConfig


def load_candidates(path: Path) -> list[Candidate]:
    """Recipes in the order of the file.

    Raises:
        InputError: not a list of schemes.
    """
    try:
        return TypeAdapter(list[Candidate]).validate_python(yaml.safe_load(path.read_text()))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise InputError(f"{path}: not a list of schemes ({one_line(error, 160)})") from error


def load_search(path: Path, run: str, basis: dict[str, Any]) -> dict[str, Any]:
    """What was measured on this basis; on another one, nothing.

    Args:
        basis: whatever the figures of all schemes depend on.
    """
    record = read_json(path) if path.is_file() else {}
    return record if record.get("basis") == basis else {
        "run": run, "basis": basis, "candidates": {},
    }  # fmt: skip


def measure(
    candidate: Candidate,
    made: Path,
    artifact: Artifact,
    texts: list[str],
    labels: NDArray[Any],
    reference: NDArray[np.float32],
    min_support: int = 1,
) -> dict[str, Any]:
    """Compare an int8 file with the float32 graph.

    Args:
        made: the file that the scheme gives.
        texts, labels: the split to measure on, [n] each.
        reference: logits of the float32 graph, [n, labels].
        min_support: texts that a class must have to be the worst.
    """
    started = time.perf_counter()
    logits = runtime.predict(artifact, made, texts, description=candidate.name)
    seconds = time.perf_counter() - started
    found = compare(logits, reference, labels, artifact.load_labels(), min_support)
    return {
        "scheme": asdict(candidate.scheme),
        "int8_sha256": sha256_of(made),
        "bytes": made.stat().st_size,
        "gzip_bytes": len(compressed(made.read_bytes())),
        "agreement": found["agreement"],
        "logit_rms": logit_distance(logits, reference)["logit_rms"],
        "macro_f1_difference": found["macro_f1_difference"],
        "worst_class": found["worst_class"],
        "milliseconds": 1000 * seconds / len(texts),
    }


def write_search(path: Path, record: dict[str, Any], split: str, n: int) -> None:
    """Write the record, with where and when."""
    write_json(path, record | {"split": split, "n": n} | circumstances())


def best_of(record: dict[str, Any], max_megabytes: float) -> str | None:
    """The scheme that ships: of those light enough to send, the one whose logits stay nearest.

    The share of equal answers says the same but, with a few flips in thousands, with more noise.
    """
    fitting = {
        name: row["logit_rms"]
        for name, row in record["candidates"].items()
        if row["gzip_bytes"] <= max_megabytes * 1e6
    }
    return min(fitting, key=fitting.__getitem__, default=None)


def table(record: dict[str, Any]) -> str:
    """A Markdown table, a scheme a line; milliseconds a text on one thread."""
    head = ["scheme", "MB", "compressed", "same label", "by other hands", "logits off by (rms)"]
    rows = []
    for name, row in record["candidates"].items():
        browser, others = row.get("browser"), row.get("other_hands")
        rows.append(
            [
                name,
                f"{row['bytes'] / 1e6:.1f}",
                f"{row['gzip_bytes'] / 1e6:.1f}",
                f"{row['agreement']:.1%}",
                f"{others['agreement']:.1%}" if others else "",
                f"{row['logit_rms']:.4f}",
                f"{row['macro_f1_difference']:+.4f}",
                worst_text(row["worst_class"]),
                f"{row['milliseconds']:.1f}",
                f"{browser['p50_ms']:.1f}" if browser else "",
            ]
        )
    return markdown_table([*head, "macro-F1", "worst class", "ms", "in Chromium"], rows)

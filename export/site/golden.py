"""Texts with Python's own answers, by which a browser's can be checked: the golden file.

None is of anybody's data: they were written for this project, or are made by rule.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from export.fresh import record_saying
from export.graph import session as runtime
from export.graph.ahead import SHIPPED_LEVEL
from export.quality.facts import INT8, file_facts
from export.site.page import graph_facts
from training.behaviour.pairs import PAIRS_FILE
from training.behaviour.perturb import PERTURBATIONS
from training.data.readers import read_records
from training.run.artifact import Artifact
from training.run.files import write_json
from training.run.provenance import circumstances

TEXTS_FILE = Path(__file__).parent / "golden.yaml"
SCHEMA_VERSION = 1
DIGITS = 6  # after the point, of a logit
_PAIRS = 60  # texts of the behaviour tests
_CHANGED = 3  # sentences, each changed in every way that leaves a label alone


def golden_texts(max_length: int) -> list[str]:
    """About 200 different texts; the same ones whenever ``max_length``, in tokens, is the same."""
    written = yaml.safe_load(TEXTS_FILE.read_text(encoding="utf-8"))
    sentences = written["sentences"]
    texts = [*sentences, *_of_pairs(), *written["odd"]]
    texts += (change(text) for text in sentences[:_CHANGED] for change in PERTURBATIONS.values())
    return list(dict.fromkeys([*texts, *_long(max_length, sentences)]))


def _of_pairs() -> list[str]:
    """Texts of the behaviour tests, from all over the file."""
    texts = [record["second"] for _, record in read_records(PAIRS_FILE)]
    return texts[:: max(1, len(texts) // _PAIRS)][:_PAIRS]


def _long(max_length: int, sentences: list[str]) -> Iterator[str]:
    """Texts around the limit, two of whose tokens are special, and far beyond it."""
    for words in range(max_length - 4, max_length + 2):
        yield " ".join(["and"] * words)
    yield "".join(["?!"] * max_length)  # tokens without a space between them
    yield " ".join(sentences)
    yield " ".join(reversed(sentences)) * 3
    for unit in ("a", "ab ", "é", "漢", "𠀀", "🙂", "un-", "\u0301", "supercali"):
        yield unit * max_length
    yield "x" * 99  # the longest words that are looked up have a hundred letters
    yield "x" * 100
    yield "x" * 101
    yield f"{'x' * 101} and on"


def golden_record(artifact: Artifact, shipped: Path) -> dict[str, Any]:
    """The answers of the run's record, which is measured anew if it is of another model or of other
    texts. Processors differ in how they round, so only a record is the same on all machines.

    Args:
        shipped: the int8 file as a page gets it.

    Returns:
        The contents of a bundle's ``golden.json``: each text with its token ids, logits and the
        index of its label.
    """
    texts = golden_texts(artifact.load_tokenizer().model_max_length)
    files = file_facts(artifact)
    files = {name: files[name] for name in (INT8, "tokenizer", "tokenizer_config")}
    facts = {"files": files, "graph_optimization": graph_facts()}
    record = record_saying(artifact.golden, **facts)
    if record is None or [row["text"] for row in record["texts"]] != texts:
        answers = _answers(artifact, shipped, texts)
        record = {"run": artifact.name, **facts, "texts": answers, **circumstances()}
        write_json(artifact.golden, record)
    return {"schema_version": SCHEMA_VERSION, "texts": record["texts"]}


def _answers(artifact: Artifact, shipped: Path, texts: list[str]) -> list[dict[str, Any]]:
    """One text at a time, natively, without padding."""
    logits = runtime.predict(artifact, shipped, texts, level=SHIPPED_LEVEL, description="golden")
    rows = zip(texts, artifact.token_ids(texts), logits.tolist(), strict=True)
    return [
        {
            "text": text,
            "ids": ids,
            "logits": [round(value, DIGITS) for value in row],
            "label": row.index(max(row)),
        }
        for text, ids, row in rows
    ]

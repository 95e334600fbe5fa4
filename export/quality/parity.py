"""torch against ONNX fp32 against int8 on a whole split, exactly as the page would run them."""

from dataclasses import asdict
from typing import Any

import numpy as np

from export.fresh import record_saying
from export.graph import session as runtime
from export.quality.distance import Logits, against_native, breaches, compare, not_gated, worst_text
from export.quality.facts import BROWSER, FP32, INT8, REFERENCE, file_facts
from training.data.load import LabelledData
from training.measure import predict as torch_runtime
from training.measure.evaluate import require_same_labels
from training.report.words import aligned
from training.run.artifact import Artifact
from training.run.errors import CheckError, InputError
from training.run.files import write_json
from training.run.provenance import circumstances


def check_parity(artifact: Artifact, data: LabelledData, split: str = "test") -> dict[str, Any]:
    """Run torch, ONNX fp32 and int8 over a split, one text at a time, and write ``parity.json``.

    A browser result measured earlier is kept when model and texts are still the same.

    Returns:
        The record; ``breaches`` lists in words what is outside the gate, ``passed`` sums it up.
    """
    labels = require_same_labels(artifact, data)
    rows = data.splits[split]
    texts, truth = rows["text"], np.asarray(rows["label"])
    logits = {
        REFERENCE: torch_runtime.predict(artifact, texts, description="torch"),
        FP32: runtime.predict(artifact, artifact.onnx, texts, description="ONNX fp32"),
        INT8: runtime.predict(artifact, artifact.onnx_quantized, texts, description="ONNX int8"),
    }
    gate = artifact.load_config().parity
    results = {
        name: compare(values, logits[REFERENCE], truth, labels, gate.min_class_support)
        for name, values in logits.items()
    }
    record = {
        "run": artifact.name,
        "split": split,
        "n": len(texts),
        "data": data.provenance.reference(),
        "results": results,
        "files": file_facts(artifact),
        "gate": asdict(gate),
    }
    same = {key: record[key] for key in ("split", "data", "files")}
    if earlier := record_saying(artifact.parity, **same):
        results |= {BROWSER: earlier["results"][BROWSER]} if BROWSER in earlier["results"] else {}
    return _write(artifact, record)


def add_browser_result(
    artifact: Artifact, data: LabelledData, browser_logits: Logits, browser: str
) -> dict[str, Any]:
    """Add what a real browser computed on the split of ``parity.json`` to that record.

    Args:
        browser_logits: [n, labels], in the order of the split.
        browser: name and version of the browser.
    """
    record = record_saying(artifact.parity, files=file_facts(artifact))
    if record is None or record["data"]["fingerprint"] != data.provenance.fingerprint:
        raise InputError(
            f"{artifact.parity}: not measured on data '{data.provenance.id}'; "
            "run scripts/check_parity.py on it first"
        )
    rows = data.splits[record["split"]]
    texts, truth = rows["text"], np.asarray(rows["label"])
    labels = artifact.load_labels()
    reference = torch_runtime.predict(artifact, texts, description="torch")
    native = runtime.predict(artifact, artifact.onnx_quantized, texts, description="ONNX int8")
    least = artifact.load_config().parity.min_class_support
    result = compare(browser_logits, reference, truth, labels, least)
    result["browser"] = browser
    result["against_native_int8"] = against_native(browser_logits, native)
    record["results"][BROWSER] = result
    return _write(artifact, record)


def present_parity(artifact: Artifact) -> dict[str, Any] | None:
    """The parity record if it speaks of the files that are there, under the gate in force."""
    gate = asdict(artifact.load_config().parity)
    return record_saying(artifact.parity, files=file_facts(artifact), gate=gate)


def require_passed(record: dict[str, Any], artifact: Artifact) -> None:
    """Refuse to go on with an int8 file that is outside the gate.

    Raises:
        CheckError: it is; names each breach.
    """
    if not record["passed"]:
        raise CheckError(
            f"{artifact.parity}: int8 is outside the gate ({'; '.join(record['breaches'])}); "
            "change quantize in run.yaml, or the limits if you accept the loss"
        )


def _write(artifact: Artifact, record: dict[str, Any]) -> dict[str, Any]:
    gate = artifact.load_config().parity
    found = breaches(record["results"], gate)
    record |= {
        "breaches": found,
        "not_gated": not_gated(record["results"], gate),
        "passed": not found,
        **circumstances(),
    }
    write_json(artifact.parity, record)
    return record


def table(record: dict[str, Any]) -> str:
    """The record as a table for the terminal."""
    head = ["", "accuracy", "macro-F1", "vs torch", "95 % interval", "agreement", "worst class"]
    rows = [[*head, "max |Δlogit|"]]
    for name, r in record["results"].items():
        low, high = r["macro_f1_difference_ci95"]
        rows.append(
            [
                name,
                f"{r['accuracy']:.4f}",
                f"{r['macro_f1']:.4f}",
                f"{r['macro_f1_difference']:+.4f}",
                f"[{low:+.4f}, {high:+.4f}]",
                f"{r['agreement']:.4f}",
                worst_text(r["worst_class"]),
                f"{r['max_logit_difference']:.2e}",
            ]
        )
    head_line = f"{record['run']}, {record['split']} split, n = {record['n']:,}"
    return "\n".join([head_line, aligned(rows), *record["not_gated"]])

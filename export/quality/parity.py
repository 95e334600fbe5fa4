"""torch against ONNX fp32 against int8 on a whole split, exactly as the page would run them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from export.browser.classify import EngineAnswers
from export.browser.engines import CHROMIUM
from export.fresh import record_saying
from export.graph import session as runtime
from export.quality.distance import breaches, compare, not_gated, worst_text
from export.quality.engines import HEAD, browser_row, engine_cells, measured_engines
from export.quality.facts import BROWSER, FP32, INT8, REFERENCE, file_facts
from training.data.load import LabelledData
from training.measure import predict as torch_runtime
from training.measure.evaluate import require_same_labels
from training.report.words import aligned
from training.run.artifact import Artifact
from training.run.config import ParityConfig
from training.run.errors import CheckError, InputError
from training.run.files import write_json
from training.run.provenance import circumstances

Record = dict[str, Any]


def check_parity(
    artifact: Artifact, data: LabelledData, split: str = "test", page: Record | None = None
) -> Record:
    """Run torch, ONNX fp32 and int8 over a split, one text at a time, and write ``parity.json``.

    A browser result measured earlier is kept when model, texts and page are still the same.

    Args:
        page: what the present page is, to know it again by; unknown, no browser result is kept.

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
    earlier = record_saying(artifact.parity, **same)
    if earlier is not None and _measured_with(earlier, page):
        results[BROWSER] = earlier["results"][BROWSER]
    return _write(artifact, record)


def require_measured_on(record: Record, artifact: Artifact, data: LabelledData) -> None:
    """Make sure that a browser's answers to ``data`` may stand in a record.

    Raises:
        InputError: the record is of other texts.
    """
    if record["data"]["fingerprint"] != data.provenance.fingerprint:
        raise InputError(
            f"{artifact.parity}: not measured on data '{data.provenance.id}'; "
            "run scripts/check_parity.py on it first"
        )


def add_browser_result(
    artifact: Artifact,
    data: LabelledData,
    asked: Mapping[str, EngineAnswers],
    page: Record,
) -> Record:
    """Add what real browsers computed on the split of ``parity.json`` to that record.

    All rows of an earlier measurement make place: times compare within one alone.

    Args:
        asked: of each engine, Chromium among them; answers are in the order of the split.
        page: what the page was, to know it again by.

    Raises:
        InputError: the record is of other files or texts.
    """
    record = present_parity(artifact, page)
    if record is None:
        raise InputError(f"{artifact.parity}: not there, or of other files than the present ones")
    require_measured_on(record, artifact, data)
    rows = data.splits[record["split"]]
    texts, truth = rows["text"], np.asarray(rows["label"])
    labels = artifact.load_labels()
    reference = torch_runtime.predict(artifact, texts, description="torch")
    native = runtime.predict(artifact, artifact.onnx_quantized, texts, description="ONNX int8")
    least = artifact.load_config().parity.min_class_support
    result = compare(asked[CHROMIUM].answers.logits, reference, truth, labels, least)
    record["results"][BROWSER] = result | {"page": page} | browser_row(asked, native)
    return _write(artifact, record)


def present_parity(artifact: Artifact, page: Record | None = None) -> Record | None:
    """The parity record if it speaks of the files that are there, under the gate in force.

    A browser result is part of it only when it was measured with ``page``: what another page
    answered says nothing of this one, neither for it nor against it.
    """
    gate = artifact.load_config().parity
    record = record_saying(artifact.parity, files=file_facts(artifact), gate=asdict(gate))
    if record is None or _measured_with(record, page):
        return record
    return without_browser(record, gate)


def without_browser(record: Record, gate: ParityConfig) -> Record:
    """The record as it would be had no browser been asked."""
    if BROWSER not in record["results"]:
        return record
    results = {name: row for name, row in record["results"].items() if name != BROWSER}
    return record | {"results": results} | _judged(results, gate)


def _measured_with(record: Record, page: Record | None) -> bool:
    row = record["results"].get(BROWSER)
    return row is not None and page is not None and row.get("page") == page


def require_passed(record: Record, artifact: Artifact) -> None:
    """Refuse to go on with an int8 file that is outside the gate.

    Raises:
        CheckError: it is; names each breach.
    """
    if not record["passed"]:
        raise CheckError(
            f"{artifact.parity}: int8 is outside the gate ({'; '.join(record['breaches'])}); "
            "change quantize in run.yaml, or the limits if you accept the loss"
        )


def _judged(results: Record, gate: ParityConfig) -> Record:
    found = breaches(results, gate)
    return {"breaches": found, "not_gated": not_gated(results, gate), "passed": not found}


def _write(artifact: Artifact, record: Record) -> Record:
    record |= _judged(record["results"], artifact.load_config().parity) | circumstances()
    write_json(artifact.parity, record)
    return record


def table(record: Record) -> str:
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
    tables = [aligned(rows)]
    if measured_engines(record):
        tables += ["", aligned([HEAD, *engine_cells(record)])]
    return "\n".join([head_line, *tables, *record["not_gated"]])

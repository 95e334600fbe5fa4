"""What a card says, collected from those records of a run that speak of its present files."""

from typing import Any

from export.fresh import record_saying
from export.quality.engines import measured_engines
from export.quality.facts import BROWSER, FP32, INT8, REFERENCE
from export.site.card.beside import runs_beside
from training.measure.cost import is_of_present_files
from training.report.record import Record, read_record
from training.run.artifact import Artifact
from training.run.files import sha256_of

RUNTIMES = {
    REFERENCE: "PyTorch, as trained",
    FP32: "ONNX, 32-bit floats",
    INT8: "ONNX, 8-bit integers",
    BROWSER: "The same in a browser",
}
FILE_NAMES = {
    REFERENCE: "PyTorch weights",
    FP32: "ONNX, 32-bit floats",
    INT8: "ONNX, 8-bit integers",
    "tokenizer": "Tokenizer",
    "tokenizer_config": "Settings of the tokenizer",
    "config": "Settings of the model",
}
JUDGED_ON = "test"
_SPLITS = ("validation", JUDGED_ON)
Facts = dict[str, Any]


def card_facts(artifact: Artifact, parity: Facts, calibration: Facts, bundle: Facts) -> Facts:
    """All that the template shows; a part is None, or empty, where there is no present record.

    Args:
        parity, calibration: the present records.
        bundle: the contents of ``bundle.json``.

    Raises:
        InputError: a record of the present weights cannot be used.
    """
    scores = _present_scores(artifact)
    judged = scores.get(JUDGED_ON)
    robustness = record_saying(
        artifact.robustness, onnx_int8_sha256=sha256_of(artifact.onnx_quantized)
    )
    records = {"metrics": judged, "parity": parity, "calibration": calibration}
    records |= {"robustness": robustness}
    return {
        "config": artifact.load_config(),
        "bundle": bundle,
        "training": artifact.load_training_record(),
        "parity": parity,
        "runtimes": _runtimes(parity),
        "engines": measured_engines(parity),
        "calibration": calibration,
        "reliability": _reliability(calibration),
        "scores": scores,
        "classes": _classes(judged) if judged else [],
        "confusion": _confusion(judged) if judged else None,
        "runs": runs_beside(artifact) if judged else [],
        "native": _native_cost(artifact, judged) if judged else None,
        "robustness": robustness,
        "records": {name: record for name, record in records.items() if record},
        "file_names": FILE_NAMES,
    }


def _present_scores(artifact: Artifact) -> dict[str, Record]:
    """The metrics of the weights that are there, by split."""
    facts = {"weights_sha256": sha256_of(artifact.weights), "label_names": artifact.load_labels()}
    paths = {split: artifact.metrics(split) for split in _SPLITS}
    return {
        split: read_record(path) for split, path in paths.items() if record_saying(path, **facts)
    }


def _runtimes(parity: Facts) -> list[Facts]:
    """What each step from the trained weights to the visitor's browser costs."""
    sizes = parity["files"]
    return [
        {
            "key": name,
            "name": words,
            "bytes": sizes.get(name, sizes[INT8])["bytes"],
            **parity["results"][name],
        }
        for name, words in RUNTIMES.items()
        if name in parity["results"]
    ]


def _reliability(calibration: Facts) -> Facts:
    """Of the split that the calibration was not fitted on."""
    split, facts = list(calibration["splits"].items())[-1]
    return {"split": split, **facts}


def _classes(record: Record) -> list[Facts]:
    """A row a class, first the one that is known best."""
    columns = {
        "label": record.label_names,
        "precision": record.per_class_precision,
        "recall": record.per_class_recall,
        "f1": record.per_class_f1,
        "support": record.per_class_support,
    }
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return sorted(rows, key=lambda row: (-row["f1"], row["label"]))


def _confusion(record: Record) -> Facts:
    """The matrix, and all of it in words: of each class what its texts were taken for."""
    names, matrix = record.label_names, record.confusion_matrix
    rows = []
    for place, (label, counts) in enumerate(zip(names, matrix, strict=True)):
        wrong = [(n, name) for name, n in zip(names, counts, strict=True) if n and name != label]
        wrong.sort(key=lambda pair: (-pair[0], pair[1]))
        rows.append(
            {"label": label, "texts": sum(counts), "right": counts[place], "taken_for": wrong}
        )
    pairs = [(count, row["label"], name) for row in rows for count, name in row["taken_for"]]
    return {"labels": names, "matrix": matrix, "rows": rows, "commonest": max(pairs, default=None)}


def _native_cost(artifact: Artifact, record: Record) -> Facts | None:
    """Milliseconds a text of each native runtime, if these very files were measured."""
    cost = record.cost
    if cost is None or not cost.latency_ms:
        return None
    if not is_of_present_files(cost.weights_sha256, cost.files, artifact):
        return None
    times = {name: at for name, at in cost.latency_ms.items() if at and name in RUNTIMES}
    facts = {"tokens": cost.tokens, "threads": cost.threads, "machine": cost.machine}
    return {"times": {RUNTIMES[name]: at for name, at in times.items()}, **facts}

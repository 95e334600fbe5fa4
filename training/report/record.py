"""What the report needs of a ``test_metrics.json``, read strictly."""

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from training.run.errors import InputError, one_line

# Records hold more than is read here; what is read must be there and be a finite number.
_CONFIG = ConfigDict(extra="ignore", allow_inf_nan=False)

Score = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Amount = Annotated[float, Field(gt=0)]


@dataclass(frozen=True, config=_CONFIG)
class Latency:
    """Milliseconds a text."""

    p50: Amount
    p95: Amount | None = None


@dataclass(frozen=True, config=_CONFIG)
class Cost:
    """What running a model costs, as far as it was measured."""

    fp32_bytes: Count | None = None
    int8_bytes: Annotated[int, Field(gt=0)] | None = None
    latency_ms: dict[str, Latency | None] | None = None
    tokens: float | None = None
    threads: int | None = None
    machine: dict[str, Any] | None = None


@dataclass(frozen=True, config=_CONFIG)
class Data:
    """Which texts were classified."""

    id: str
    fingerprint: str


@dataclass(frozen=True, config=_CONFIG)
class Base:
    """Where the weights came from; source "none" is a baseline that has none."""

    source: str
    id: str
    revision: str | None = None
    sha256: str | None = None
    derivation: dict[str, Any] | None = None


@dataclass(frozen=True, config=_CONFIG)
class Record:
    """One model's answers to the test texts and the figures made of them."""

    model: str
    run: str
    config: str
    timestamp: str
    accuracy: Score
    macro_f1: Score
    micro_f1: Score
    weighted_f1: Score
    macro_f1_ci95: tuple[Score, Score]
    top3_accuracy: Score
    top5_accuracy: Score
    ece: Score
    n: Annotated[int, Field(gt=0)]
    label_names: Annotated[list[str], Field(min_length=2)]
    per_class_precision: list[Score]
    per_class_recall: list[Score]
    per_class_f1: list[Score]
    per_class_support: list[Count]
    confusion_matrix: list[list[Count]]
    labels: list[Count]
    predictions: list[Count]
    confidences: list[Score]
    data: Data
    base: Base
    parameters: Count | None = None
    seed: int | None = None
    train_seconds: Annotated[float, Field(ge=0)] | None = None
    peak_memory_bytes: Count | None = None
    commit: str | None = None
    cost: Cost | None = None


def read_record(path: Path) -> Record:
    """Read and check a metrics record.

    Raises:
        InputError: unreadable JSON, a missing key, a value of the wrong kind, or lists that do
            not belong together.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as JSON ({one_line(error)})") from error
    if not isinstance(raw, dict):
        raise InputError(f"{path}: expected a record with keys at the top level")
    try:
        record = TypeAdapter(Record).validate_python(raw)
    except ValidationError as error:
        raise InputError(f"{path}: {_first_problem(error)}") from error
    problem = _contradiction(record)
    if problem:
        raise InputError(f"{path}: {problem}; write it anew with python scripts/evaluate.py")
    return record


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] in {"missing", "missing_argument"}:
        return f"the key '{where}' is missing; write it anew with python scripts/evaluate.py"
    return f"'{where}': {problem['msg'].lower()}, but the file says {problem['input']!r:.60}"


def _contradiction(record: Record) -> str | None:
    """The first thing in which a record does not agree with itself."""
    classes = len(record.label_names)
    for key in ("labels", "predictions", "confidences"):
        if len(getattr(record, key)) != record.n:
            return f"'{key}' has {len(getattr(record, key))} entries, 'n' says {record.n}"
    for key in ("precision", "recall", "f1", "support"):
        if len(getattr(record, f"per_class_{key}")) != classes:
            return f"'per_class_{key}' does not have one entry for each of {classes} labels"
    if [len(row) for row in record.confusion_matrix] != [classes] * classes:
        return f"'confusion_matrix' is not {classes} × {classes}"
    for key in ("labels", "predictions"):
        if max(getattr(record, key)) >= classes:
            return f"'{key}' names class {max(getattr(record, key))}, there are {classes}"
    right = sum(a == b for a, b in zip(record.labels, record.predictions, strict=True))
    if abs(right / record.n - record.accuracy) > 1e-6:
        return f"'accuracy' is {record.accuracy}, the predictions give {right / record.n:.6f}"
    return None

"""What the report needs of a metrics record, read strictly."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from training.run.errors import InputError, first_problem, one_line
from training.run.files import read_json

# Records hold more than is read here; what is read must be there and be a finite number.
_CONFIG = ConfigDict(extra="ignore", allow_inf_nan=False)

AGAIN = "write it anew with python scripts/evaluate.py"

Score = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Amount = Annotated[float, Field(gt=0)]


@dataclass(frozen=True, config=_CONFIG)
class Latency:
    """Milliseconds a text."""

    p50: Amount
    p95: Amount | None = None


@dataclass(frozen=True, config=_CONFIG)
class Measurement:
    """One measurement of latency, in which the runs took turns; those of one ``id`` compare."""

    id: str


@dataclass(frozen=True, config=_CONFIG)
class Cost:
    """What running a model costs, as far as it was measured."""

    weights_sha256: str | None = None
    files: dict[str, str] | None = None
    measurement: Measurement | None = None
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
    """One model's answers to the texts of a split and the figures made of them."""

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
    weights_sha256: str | None = None
    train_seconds: Annotated[float, Field(ge=0)] | None = None
    peak_memory_bytes: Count | None = None
    commit: str | None = None
    cost: Cost | None = None


def read_record(path: Path) -> Record:
    """Read and check a metrics record.

    Raises:
        InputError: unreadable JSON, a missing key, or a value of the wrong kind.
    """
    try:
        return TypeAdapter(Record).validate_python(_read_keys(path))
    except ValidationError as error:
        raise InputError(f"{path}: {first_problem(error, AGAIN)}") from error


def read_gpu(path: Path) -> str | None:
    """The GPU that a ``training.json`` names; None where it names none, or is not there.

    Raises:
        InputError: unreadable JSON.
    """
    device = _read_keys(path).get("device") if path.is_file() else None
    return None if device in (None, "cpu") else str(device)


def _read_keys(path: Path) -> dict[str, Any]:
    try:
        raw = read_json(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as JSON ({one_line(error)})") from error
    if not isinstance(raw, dict):
        raise InputError(f"{path}: expected a record with keys at the top level")
    return raw

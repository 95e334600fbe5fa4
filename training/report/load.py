"""Which runs a report is made of: the metrics records that are there, and those that are not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from training.measure.baselines import MAJORITY, TFIDF
from training.measure.cost import is_of_present_files
from training.report.record import AGAIN, Record, read_gpu, read_record
from training.run.artifact import Artifact
from training.run.config import CONFIG_DIR
from training.run.errors import InputError

# The runs that a choice for services and browsers is made between.
DEFAULT_RUNS = (
    "mpnet_v1",
    "minilm_v3",
    "minilm_l4",
    "minilm_l3",
    "minilm_v2",
    "minilm_v1",
    "distilbert_v1",
    "tinybert_v1",
    "minilm_l12_v1",
    TFIDF,
    MAJORITY,
)
RECORD_NAME = "test_metrics.json"
VALIDATION_NAME = "validation_metrics.json"


@dataclass(frozen=True)
class Run:
    """The metrics records of test and, by which runs are ranked, of validation.

    ``name`` is that of the folder, ``path`` that of the record of test. ``gpu`` is what it was
    trained on; None: the processor, or not on record.
    """

    name: str
    path: Path
    record: Record
    validation: Record | None = None
    gpu: str | None = None

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        return np.asarray(self.record.labels, dtype=np.int64)

    @cached_property
    def predictions(self) -> NDArray[np.int64]:
        return np.asarray(self.record.predictions, dtype=np.int64)

    @cached_property
    def confidences(self) -> NDArray[np.float64]:
        return np.asarray(self.record.confidences, dtype=np.float64)

    @property
    def is_encoder(self) -> bool:
        """Whether it stands on pretrained weights; a baseline does not."""
        return self.record.base.source != "none"


@dataclass(frozen=True)
class Missing:
    """A run without a record, and the commands that make one."""

    run: str
    commands: tuple[str, ...]


def load_runs(
    names: Sequence[str | Path], artifacts_dir: Path
) -> tuple[tuple[Run, ...], tuple[Missing, ...]]:
    """The runs that have a record, the best on validation first, and those that have none.

    Test ranks nothing: a run without a record of validation stands last.

    Args:
        names: runs in ``artifacts_dir``, or folders; empty: ``DEFAULT_RUNS`` and whatever else
            has a record in ``artifacts_dir``.
        artifacts_dir: where runs are looked up by name.

    Raises:
        InputError: no record at all, one that cannot be used, or two of different test texts.
    """
    found: dict[str, Run] = {}
    missing: dict[str, Missing] = {}
    for name in map(str, names or _default_names(artifacts_dir)):
        folder = _folder(name, artifacts_dir)
        path = folder / RECORD_NAME
        if not path.is_file():
            missing[name] = Missing(name, _commands(name, folder))
            continue
        known = found.get(folder.name)
        if known is None:
            found[folder.name] = _read_run(folder.name, path)
        elif known.path.resolve() != path.resolve():
            raise InputError(f"{known.path} and {path}: two runs of one name; rename a folder")
    if not found:
        names_given = ", ".join(missing)
        raise InputError(
            f"none of the runs has a {RECORD_NAME} in {artifacts_dir} ({names_given}); "
            "make one with scripts/train.py and scripts/evaluate.py"
        )
    runs = sorted(found.values(), key=_rank)
    _require_same_texts(runs)
    return tuple(runs), tuple(missing.values())


def _read_run(name: str, path: Path) -> Run:
    record, place = read_record(path), path.with_name(VALIDATION_NAME)
    artifact = Artifact(path.parent)
    record, gpu = _without_stale_cost(record, artifact), read_gpu(artifact.training_record)
    if not place.is_file():
        return Run(name, path, record, None, gpu)
    validation = read_record(place)
    for what in ("weights_sha256", "data", "label_names"):
        if getattr(validation, what) != getattr(record, what):
            raise InputError(f"{place} and {path} differ in their {what}; {AGAIN}, both of them")
    return Run(name, path, record, validation, gpu)


def _without_stale_cost(record: Record, artifact: Artifact) -> Record:
    cost = record.cost
    if cost is None or is_of_present_files(cost.weights_sha256, cost.files, artifact):
        return record
    return replace(record, cost=None)


def _rank(run: Run) -> tuple[float, float, str]:
    """The smaller, the better."""
    scores = run.validation
    return (-scores.macro_f1, -scores.accuracy, run.name) if scores else (1.0, 0.0, run.name)


def _default_names(artifacts_dir: Path) -> list[str]:
    others = sorted(path.parent.name for path in artifacts_dir.glob(f"*/{RECORD_NAME}"))
    return [*DEFAULT_RUNS, *(name for name in others if name not in DEFAULT_RUNS)]


def _folder(name: str, artifacts_dir: Path) -> Path:
    known = artifacts_dir / name
    return known if known.is_dir() or not Path(name).is_dir() else Path(name).resolve()


def _commands(name: str, folder: Path) -> tuple[str, ...]:
    """What makes the record of a run: evaluating it, training it first where it is not there."""
    if name in (TFIDF, MAJORITY):
        return ("python scripts/train_baselines.py",)
    evaluate = f"python scripts/evaluate.py --run {name}"
    if (folder / "training.json").is_file():
        return (evaluate,)
    # Their names alone, not load_config: naming a run must not fail for somebody's config.
    configs = {
        yaml.safe_load(path.read_text(encoding="utf-8")).get("run"): path.stem
        for path in sorted(CONFIG_DIR.glob("*.yaml"))
    }
    return (f"python scripts/train.py {configs.get(name, 'CONFIG')}", evaluate)


def _require_same_texts(runs: Sequence[Run]) -> None:
    first = runs[0]
    for run in runs[1:]:
        for what, same in (
            ("labels", run.record.label_names == first.record.label_names),
            ("data", run.record.data.fingerprint == first.record.data.fingerprint),
            ("test texts", run.record.labels == first.record.labels),
            (
                "validation texts",
                None in (run.validation, first.validation)
                or run.validation.labels == first.validation.labels,
            ),
        ):
            if not same:
                raise InputError(
                    f"{first.name} and {run.name} were measured on different {what} "
                    f"({first.path}, {run.path}); leave one out or evaluate both on the same"
                )

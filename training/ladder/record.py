"""The record of a ladder: trainings of one base, one data set, one code, and what they sum to."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from training.bases.resolve import Base
from training.data.load import LabelledData
from training.fit.checkpoints import FIT_CODE_SHA256
from training.ladder import CONFIG, LADDER, RECORD
from training.report.words import listed
from training.run.artifact import ARTIFACTS_DIR, Artifact
from training.run.config import TrainConfig, config_path
from training.run.errors import InputError
from training.run.files import read_json


def record_of(config_file: Path, run: str, ladder: Path, base: str | None) -> Path:
    """Where a ladder is recorded: in the folder of its run, unless it is the committed one.

    Args:
        config_file, ladder, base: what is climbed; ``base`` replaces that of the config.
    """
    own = config_path(CONFIG).resolve(), LADDER.resolve()
    if base is None and (config_file.resolve(), ladder.resolve()) == own:
        return RECORD
    return Artifact(ARTIFACTS_DIR / run).ladder


def made_from(base: Base, data: LabelledData) -> dict[str, Any]:
    """All that a training depends on beside its recipe."""
    return made_of(base.sha256, data.provenance.record(), data.labels, FIT_CODE_SHA256)


def made_of(base: str, data: dict[str, Any], labels: list[str], code: str | None) -> dict[str, Any]:
    """The same of a training that is told by its record.

    Args:
        base: SHA-256 of the weights.
        data: what provenance says of the texts.
    """
    return {
        "base": base,
        "data": data["fingerprint"],
        "labels": labels,
        "contexts": data.get("context", {}).get("fingerprint"),
        "unlabelled": data.get("unlabelled", {}).get("fingerprint"),
        "code": code,
    }


def load_record(path: Path) -> dict[str, Any]:
    """The record as it is, or an empty one."""
    return read_json(path) if path.is_file() else {"rungs": {}}


def open_record(path: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """The record to go on with, or a new one.

    Args:
        facts: ``made_from`` of the trainings to come.

    Raises:
        InputError: what is there was made from something else, or does not say from what.
    """
    record = load_record(path) if path.is_file() else {"rungs": {}, "made_from": facts}
    found = record.get("made_from", {})
    other = [name for name, fact in facts.items() if name not in found or found[name] != fact]
    if other:
        what = f"were made from other {listed(other)}" if found else "do not say from what"
        raise InputError(
            f"{path}: its trainings {what}, so new ones cannot stand beside them; "
            "name a new file with --record, or see what is there with --show"
        )
    return record


def runs_of(record: dict[str, Any], name: str, recipes: list[TrainConfig]) -> list[dict[str, Any]]:
    """The trainings of a rung by these recipes; an edited rung does not show those it had before.

    Args:
        name: of the rung.
    """
    runs = record["rungs"].get(name, {"runs": []})["runs"]
    return [run for run in runs if _recipe_of(run["recipe"]) in recipes]


def _recipe_of(recorded: dict[str, Any]) -> TrainConfig | None:
    """A recorded recipe in the settings there are today, if it can be said in them."""
    known = {field.name for field in fields(TrainConfig)}
    if any(value for name, value in recorded.items() if name not in known):
        return None
    try:
        return TypeAdapter(TrainConfig).validate_python(
            {name: value for name, value in recorded.items() if name in known}
        )
    except ValidationError:
        return None


def summarize(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Mean and standard deviation (n - 1) over seeds; None for the deviation of one."""
    scores = [run["validation_macro_f1"] for run in runs]
    return {
        "seeds": len(runs),
        "mean_macro_f1": float(np.mean(scores)),
        "sd_macro_f1": float(np.std(scores, ddof=1)) if len(scores) > 1 else None,
        "mean_accuracy": float(np.mean([run["validation_accuracy"] for run in runs])),
        "mean_seconds": float(np.mean([run["train_seconds"] for run in runs])),
    }

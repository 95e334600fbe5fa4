"""A ladder: one recipe changed from rung to rung, each trained with the seeds it names."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as strict_dataclass

from training.bases.resolve import resolve_base
from training.data.load import LabelledData
from training.fit.finetune import finetune
from training.ladder.record import made_from, made_of, open_record, runs_of, summarize
from training.run.artifact import ARTIFACTS_DIR, Artifact
from training.run.config import RunConfig, TrainConfig
from training.run.data_config import STRICT
from training.run.errors import InputError, one_line
from training.run.files import read_json, write_json
from training.run.provenance import circumstances


@strict_dataclass(frozen=True, config=STRICT)
class Rung:
    """One recipe: ``train`` replaces settings of the recipe that ``above`` names, or the default.

    ``seeds`` are those of the student; teachers are shared.
    """

    name: str
    what: str
    train: dict[str, Any] = field(default_factory=dict)
    above: str | None = None
    seeds: list[int] = field(default_factory=lambda: [1, 2, 3])


@dataclass(frozen=True)
class Task:
    """One training of the ladder that is still to be done."""

    rung: Rung
    recipe: TrainConfig


def load_ladder(path: Path) -> list[Rung]:
    """Rungs in the order of the file.

    Raises:
        InputError: not a list of rungs, or one stands on a rung that does not come before it.
    """
    try:
        rungs = TypeAdapter(list[Rung]).validate_python(yaml.safe_load(path.read_text()))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise InputError(f"{path}: not a list of rungs ({one_line(error, 160)})") from error
    known: dict[str, dict[str, Any]] = {}
    for rung in rungs:
        if rung.name in known or (rung.above and rung.above not in known):
            raise InputError(
                f"{path}: rung '{rung.name}' stands twice, or on '{rung.above}', which does not "
                "come before it"
            )
        known[rung.name] = known.get(rung.above or "", {}) | rung.train
    return [replace(rung, train=known[rung.name]) for rung in rungs]


def open_tasks(rungs: list[Rung], record: dict[str, Any]) -> list[Task]:
    """What is not in the record yet: the first seed of each rung, then the second, ..."""
    tasks = []
    for place in range(max(len(rung.seeds) for rung in rungs)):
        for rung in rungs:
            if place >= len(rung.seeds):
                continue
            recipe = _recipe(rung, rung.seeds[place])
            if not runs_of(record, rung.name, [recipe]):
                tasks.append(Task(rung, recipe))
    return tasks


def recipes_of(rung: Rung) -> list[TrainConfig]:
    """The recipe of a rung with each of its seeds."""
    return [_recipe(rung, seed) for seed in rung.seeds]


def _recipe(rung: Rung, seed: int) -> TrainConfig:
    try:
        return TypeAdapter(TrainConfig).validate_python(rung.train | {"seed": seed})
    except ValidationError as error:
        raise InputError(f"rung '{rung.name}': {one_line(error, 160)}") from error


def climb(
    task: Task,
    config: RunConfig,
    config_file: Path,
    data: LabelledData,
    facts: dict[str, Any],
    record: Path,
    work: Path,
) -> dict[str, Any]:
    """Train one rung with one seed, and write its validation figures into the record at once.

    What the artifact of ``config`` was trained by is not trained again: its record is taken.

    Args:
        config: names the base and the data; its recipe is not used.
        facts: ``made_from`` of that base and data.
        work: a folder for checkpoints and for teachers, which the rungs share.

    Raises:
        InputError: the record holds trainings that were made from something else.
    """
    trained = _trained_before(task.recipe, config, facts)
    if trained is None:
        name = f"{task.rung.name}-{task.recipe.seed}"
        texts = config.data if task.recipe.teacher else replace(config.data, unlabelled=None)
        own = replace(config, run=name, train=task.recipe, data=texts)
        artifact = finetune(own, config_file, data, work)
        trained = artifact.load_training_record()
        shutil.rmtree(artifact.path)
    run = {
        "recipe": asdict(task.recipe),
        "run": trained["run"],
        "validation_macro_f1": trained["best_validation_macro_f1"],
        "validation_accuracy": trained["best_validation_accuracy"],
        "students": [s["best_validation_macro_f1"] for s in trained.get("students", [])],
        "train_seconds": trained["train_seconds"],
        "teacher": trained.get("teacher"),
        "device": trained.get("device"),
        "timestamp": trained["timestamp"],
        "commit": trained["commit"],
    }
    record.parent.mkdir(parents=True, exist_ok=True)
    written = open_record(record, facts)  # again: another process may have climbed meanwhile
    rung = written["rungs"].setdefault(task.rung.name, {"runs": []})
    rung |= {"what": task.rung.what, "above": task.rung.above}
    rung["runs"].append(run)
    rung |= summarize(runs_of(written, task.rung.name, recipes_of(task.rung)))
    written |= {
        "base": trained["base"]["id"],
        "data": {key: trained["data"][key] for key in ("id", "fingerprint")},
        **circumstances(),
    }
    write_json(record, written)
    return run


def climb_all(
    rungs: list[Rung],
    config: RunConfig,
    config_file: Path,
    data: LabelledData,
    record: Path,
    work: Path,
    *,
    only: str | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """``climb`` whatever is not in the record yet, or of it the rung ``only``.

    Raises:
        InputError: as ``climb`` does, or the base cannot be had.
    """
    facts = made_from(resolve_base(config.base), data)
    tasks = open_tasks(rungs, open_record(record, facts))
    tasks = [task for task in tasks if only in (None, task.rung.name)]
    work.mkdir(parents=True, exist_ok=True)
    for done, task in enumerate(tasks, start=1):
        say(f"training {done} of {len(tasks)}: {task.rung.name}, seed {task.recipe.seed}")
        run = climb(task, config, config_file, data, facts, record, work)
        say(f"{task.rung.name}: validation macro-F1 {run['validation_macro_f1']:.4f}")


def _trained_before(
    recipe: TrainConfig, config: RunConfig, facts: dict[str, Any]
) -> dict[str, Any] | None:
    artifact = Artifact(ARTIFACTS_DIR / config.run)
    if not artifact.training_record.is_file() or artifact.load_config().train != recipe:
        return None
    trained = artifact.load_training_record()
    base, code = trained["base"]["sha256"], trained.get("code_sha256")
    found = made_of(base, trained["data"], artifact.load_labels(), code)
    if found != facts:
        return None
    validation = read_json(artifact.metrics("validation"))
    return {"best_validation_accuracy": validation["accuracy"]} | trained

"""Fine-tune one encoder: config and data in, an artifact folder out."""

import logging
import shutil
from pathlib import Path
from typing import Any

from datasets import Dataset
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from training.bases.open import open_base
from training.bases.resolve import Base, resolve_base
from training.data.load import LabelledData
from training.fit.arguments import training_arguments
from training.fit.checkpoints import work_dir
from training.fit.code import code_sha256
from training.fit.students import Trained, train_students
from training.fit.targets import make_examples
from training.fit.teachers import teach, teacher_recipe
from training.fit.write import config_text, training_facts, write_artifact
from training.run.artifact import ARTIFACTS_DIR, Artifact
from training.run.config import RunConfig, TrainConfig
from training.run.provenance import circumstances

_LOG = logging.getLogger(__name__)


def finetune(
    config: RunConfig, config_file: Path, data: LabelledData, artifacts_dir: Path = ARTIFACTS_DIR
) -> Artifact:
    """Fine-tune ``config.base`` on ``data`` and write ``artifacts_dir/<run>``.

    Epochs are checkpointed under ``artifacts_dir/.work``; a run that was killed goes on from the
    last one when recipe, data and base are still the same. The epoch with the best macro-F1 on
    validation is kept. An artifact of the same name is replaced only when the new one is complete.
    Under ``torchrun`` all processes call this; the first one writes.

    Raises:
        InputError: the base cannot be had or opened.
    """
    settings = config_text(config, config_file)  # now: the file may be edited while this runs
    arguments = training_arguments(config.train)  # first: it joins the processes of torchrun
    with arguments.main_process_first(desc="base"):
        base = resolve_base(config.base)
        work = work_dir(artifacts_dir, config.run, config.train, data, base)
    _LOG.info("base: %s '%s', weights %s", base.source, base.id, base.sha256[:12])
    train, taught = _examples(config.train, data, base, artifacts_dir)
    trained = train_students(
        config.train,
        train,
        data.splits["validation"],
        lambda: _open(config.train, data, base),
        work,
    )
    trainer = trained.trainer
    artifact = Artifact(artifacts_dir / config.run)
    if trainer.is_world_process_zero():
        record = {
            "run": config.run,
            "config": config_file.name,
            "base": base.record(),
            "data": data.provenance.record(),
            **training_facts(trained, _seconds(trained, taught)),
            **taught,
            "resumed": trained.resumed,
            "code_sha256": code_sha256(),
            **circumstances(),
        }
        write_artifact(artifact.path, settings, trainer, record)
        shutil.rmtree(work)
    trainer.accelerator.wait_for_everyone()
    return artifact


def _open(
    recipe: TrainConfig, data: LabelledData, base: Base
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    return open_base(base, data.labels, recipe.max_length, recipe.pooling)


def _examples(
    recipe: TrainConfig, data: LabelledData, base: Base, artifacts_dir: Path
) -> tuple[Dataset, dict[str, Any]]:
    """What the recipe makes of the train split, and what the record says of the teachers."""
    train = data.splits["train"]
    if recipe.teacher and "context" not in train.column_names:
        _LOG.warning("no contexts in data '%s': the texts stand alone", data.provenance.id)
    if recipe.teacher is None:
        return make_examples(recipe, train, None), {}
    taught = teacher_recipe(recipe, recipe.teacher)
    folds = recipe.teacher.folds
    work = work_dir(artifacts_dir, f"teachers-{folds}", taught, data, base)
    judged, facts = teach(taught, folds, train, lambda: _open(recipe, data, base), work)
    return make_examples(recipe, train, judged), {"teacher": facts}


def _seconds(trained: Trained, taught: dict[str, Any]) -> float:
    """What students and teachers took, be it in an earlier run or for another student."""
    teachers = taught["teacher"]["train_seconds"] if taught else 0.0
    return teachers + sum(student["seconds"] for student in trained.students)

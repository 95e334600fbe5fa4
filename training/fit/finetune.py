"""Fine-tune one encoder: config and data in, an artifact folder out."""

import logging
import shutil
from pathlib import Path
from typing import Any

from datasets import Dataset
from transformers import PreTrainedModel, PreTrainedTokenizerBase, TrainingArguments

from training.bases.open import open_base
from training.bases.resolve import Base, resolve_base
from training.data.load import LabelledData
from training.fit.arguments import training_arguments
from training.fit.checkpoints import FIT_CODE_SHA256, work_dir
from training.fit.students import Trained, train_students
from training.fit.targets import examples_sha256, make_examples
from training.fit.teachers import teach, teacher_recipe
from training.fit.write import config_text, training_facts, write_artifact
from training.run.artifact import ARTIFACTS_DIR, Artifact
from training.run.config import RunConfig, TrainConfig
from training.run.errors import InputError
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
        InputError: the base cannot be had or opened, or teachers are to read contexts that the data
            does not bring.
    """
    _require_contexts(config, config_file, data)
    settings = config_text(config, config_file)  # now: the file may be edited while this runs
    arguments = training_arguments(config.train)  # first: it joins the processes of torchrun
    with arguments.main_process_first(desc="base"):
        base = resolve_base(config.base)
    _LOG.info("base: %s '%s', weights %s", base.source, base.id, base.sha256[:12])
    train, taught = _examples(config.train, arguments, data, base, artifacts_dir)
    learned = examples_sha256(train)
    work = work_dir(artifacts_dir, config.run, config.train, arguments, data, base, learned)
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
            "code_sha256": FIT_CODE_SHA256,
            **circumstances(),
        }
        write_artifact(artifact.path, settings, trainer, record)
        shutil.rmtree(work)
    trainer.accelerator.wait_for_everyone()
    return artifact


def _require_contexts(config: RunConfig, config_file: Path, data: LabelledData) -> None:
    """Teachers that read no context would be another recipe than the one the record names."""
    wanted, found = config.data.context, data.provenance.context
    if config.train.teacher is None or wanted is None or (found and found["texts"]):
        return
    problem = "holds nothing on its train texts" if found else "is not there"
    raise InputError(
        f"{config_file.name}: the teachers read data.context.file '{wanted.file}', which "
        f"{problem} in the data ({data.provenance.source} '{data.provenance.id}'); give --data "
        "with a folder that has it, or remove data.context from the config"
    )


def _open(
    recipe: TrainConfig, data: LabelledData, base: Base
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    return open_base(base, data.labels, recipe.max_length, recipe.pooling)


def _examples(
    recipe: TrainConfig,
    arguments: TrainingArguments,
    data: LabelledData,
    base: Base,
    artifacts_dir: Path,
) -> tuple[Dataset, dict[str, Any]]:
    """What the recipe makes of the train split, and what the record says of the teachers."""
    train = data.splits["train"]
    if recipe.teacher is None:
        return make_examples(recipe, train, None), {}
    taught = teacher_recipe(recipe, recipe.teacher)
    folds = recipe.teacher.folds
    work = work_dir(artifacts_dir, f"teachers-{folds}", taught, arguments, data, base)
    judged, facts = teach(taught, folds, train, lambda: _open(taught, data, base), work)
    return make_examples(recipe, train, judged), {"teacher": facts}


def _seconds(trained: Trained, taught: dict[str, Any]) -> float:
    """What students and teachers took, be it in an earlier run or for another student."""
    teachers = taught["teacher"]["train_seconds"] if taught else 0.0
    return teachers + sum(student["seconds"] for student in trained.students)

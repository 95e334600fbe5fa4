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
from training.fit.texts import require_texts_for_teachers
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
        InputError: a base cannot be had or opened, or teachers are to read contexts or judge texts
            that the data does not bring.
    """
    require_texts_for_teachers(config, config_file, data)
    settings = config_text(config, config_file)  # now: the file may be edited while this runs
    arguments = training_arguments(config.train)  # first: it joins the processes of torchrun
    with arguments.main_process_first(desc="base"):
        base = resolve_base(config.base)
    _LOG.info("base: %s '%s', weights %s", base.source, base.id, base.sha256[:12])
    train, taught = _examples(config, arguments, data, base, artifacts_dir)
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


def _open(
    recipe: TrainConfig, data: LabelledData, base: Base
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    return open_base(base, data.labels, recipe.max_length, recipe.pooling, recipe.layers)


def _examples(
    config: RunConfig,
    arguments: TrainingArguments,
    data: LabelledData,
    base: Base,
    artifacts_dir: Path,
) -> tuple[Dataset, dict[str, Any]]:
    """What the recipe makes of the texts, and what the record says of the teachers."""
    recipe, plan, train = config.train, config.train.teacher, data.splits["train"]
    if plan is None:
        return make_examples(recipe, train), {}
    taught = teacher_recipe(recipe, plan)
    with arguments.main_process_first(desc="base of the teachers"):
        own = resolve_base(plan.base) if plan.base else base
    further = data.unlabelled
    told = str(data.provenance.unlabelled)
    work = work_dir(artifacts_dir, f"teachers-{plan.folds}", taught, arguments, data, own, told)
    opinions, facts = teach(taught, plan, train, further, lambda: _open(taught, data, own), work)
    examples = make_examples(recipe, train, opinions, further)
    return examples, {"teacher": facts | ({"base": own.record()} if plan.base else {})}


def _seconds(trained: Trained, taught: dict[str, Any]) -> float:
    """What students and teachers took, be it in an earlier run or for another student."""
    teachers = taught["teacher"]["train_seconds"] if taught else 0.0
    return teachers + sum(student["seconds"] for student in trained.students)

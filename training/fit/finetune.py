"""Fine-tune one encoder: config and data in, an artifact folder out."""

import hashlib
import json
import logging
import resource
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import yaml
from datasets import Dataset
from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer

from training.bases.open import open_base
from training.bases.resolve import Base, resolve_base
from training.data.load import LabelledData
from training.fit.arguments import drop_half_written, training_arguments
from training.fit.students import Trained, train_students
from training.fit.targets import make_examples
from training.fit.teachers import teach, teacher_recipe
from training.run.artifact import ARTIFACTS_DIR, Artifact
from training.run.config import RunConfig, TrainConfig, load_config
from training.run.files import commit, machine, replaced_folder, timestamp, versions, write_json

_WORK_DIR = ".work"
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
    config_text = _config_text(config, config_file)  # now: the file may be edited while this runs
    arguments = training_arguments(config.train)  # first: it joins the processes of torchrun
    with arguments.main_process_first(desc="base"):
        base = resolve_base(config.base)
        work = _work_dir(artifacts_dir, config.run, config.train, data, base)
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
            "timestamp": timestamp(),
            "base": base.record(),
            "data": data.provenance.record(),
            **_training_facts(trained, _seconds(trained, taught)),
            **taught,
            "resumed": trained.resumed,
            "commit": commit(),
            "machine": machine(),
            "versions": versions(),
        }
        _write_artifact(artifact.path, config_text, trainer, record)
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
    work = _work_dir(artifacts_dir, f"teachers-{folds}", taught, data, base)
    judged, facts = teach(taught, folds, train, lambda: _open(recipe, data, base), work)
    return make_examples(recipe, train, judged), {"teacher": facts}


def _seconds(trained: Trained, taught: dict[str, Any]) -> float:
    """What students and teachers took, be it in an earlier run or for another student."""
    teachers = taught["teacher"]["train_seconds"] if taught else 0.0
    return teachers + sum(student["seconds"] for student in trained.students)


def _config_text(config: RunConfig, config_file: Path) -> str:
    """The file as written, or, when the caller changed something in it, all settings in force."""
    if load_config(config_file) == config:
        return config_file.read_text(encoding="utf-8")
    return yaml.safe_dump(asdict(config), sort_keys=False, allow_unicode=True)


def _training_facts(trained: Trained, seconds: float) -> dict[str, Any]:
    trainer = trained.trainer
    facts = {
        "seed": trainer.args.seed,
        "bf16": trainer.args.bf16,
        "processes": trainer.args.world_size,
        "parameters": trainer.model.num_parameters(),
        "train_seconds": round(seconds, 1),
        "peak_memory_bytes": _peak_memory(),
        "best_validation_macro_f1": trained.macro_f1,
        "best_validation_accuracy": trained.accuracy,
        "history": trained.students[0]["history"],
    }
    return facts | ({"students": trained.students} if len(trained.students) > 1 else {})


def _peak_memory() -> int:
    """Largest resident size of this process so far; on a GPU, of its tensors there."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated()
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _work_dir(
    artifacts_dir: Path, name: str, recipe: TrainConfig, data: LabelledData, base: Base
) -> Path:
    """The checkpoint folder of exactly this run: another recipe, text or base gets another one."""
    texts = [data.provenance.fingerprint, data.provenance.context]
    key = json.dumps([asdict(recipe), texts, base.sha256])
    work = artifacts_dir / _WORK_DIR / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    drop_half_written(work)
    return work


def _write_artifact(
    target: Path, config_text: str, trainer: Trainer, record: dict[str, Any]
) -> None:
    with replaced_folder(target) as stage:
        artifact = Artifact(stage)
        trainer.model.half().save_pretrained(artifact.path)
        # Half precision is for the disk alone: loaders that obey the config compute in float32.
        settings = json.loads(artifact.model_config.read_text())
        write_json(artifact.model_config, settings | {"dtype": "float32"})
        trainer.processing_class.save_pretrained(artifact.path)
        artifact.run_config.write_text(config_text, encoding="utf-8")
        write_json(artifact.training_record, record)

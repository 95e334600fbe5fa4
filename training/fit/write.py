"""A finished training as an artifact folder: weights, tokenizer, config, record."""

import resource
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import yaml
from transformers import Trainer

from training.fit.students import Trained
from training.run.artifact import Artifact
from training.run.config import RunConfig, load_config
from training.run.files import read_json, replaced_folder, write_json


def write_artifact(
    target: Path, config_text: str, trainer: Trainer, record: dict[str, Any]
) -> None:
    """Write the folder at once; one of that name is replaced when the new one is complete."""
    with replaced_folder(target) as stage:
        artifact = Artifact(stage)
        trainer.model.half().save_pretrained(artifact.path)
        # Half precision is for the disk alone: loaders that obey the config compute in float32.
        settings = read_json(artifact.model_config)
        write_json(artifact.model_config, settings | {"dtype": "float32"})
        trainer.processing_class.save_pretrained(artifact.path)
        artifact.run_config.write_text(config_text, encoding="utf-8")
        write_json(artifact.training_record, record)
        if Artifact(target).ladder.is_file():
            shutil.copy2(Artifact(target).ladder, artifact.ladder)


def config_text(config: RunConfig, config_file: Path) -> str:
    """The file as written, or, when the caller changed something in it, all settings in force."""
    if load_config(config_file) == config:
        return config_file.read_text(encoding="utf-8")
    return yaml.safe_dump(asdict(config), sort_keys=False, allow_unicode=True)


def training_facts(trained: Trained, seconds: float) -> dict[str, Any]:
    """What the record says of the training itself.

    Args:
        seconds: of wall time, teachers included.
    """
    trainer = trained.trainer
    facts = {
        "seed": trainer.args.seed,
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        "bf16": trainer.args.bf16,
        "processes": trainer.args.world_size,
        "parameters": trainer.model.num_parameters(),
        "train_seconds": round(seconds, 1),
        # Of a run that was gone on with, only what the last process took is known.
        "peak_memory_bytes": None if trained.resumed else _peak_memory(),
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

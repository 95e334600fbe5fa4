"""Where a training keeps its epochs, so that a killed one goes on: a folder for each recipe."""

import hashlib
import json
import platform
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from transformers import TrainingArguments
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR, get_last_checkpoint

from training.bases.resolve import Base
from training.data.load import LabelledData
from training.run.config import TrainConfig
from training.run.files import code_sha256
from training.run.provenance import package_versions

_WORK_DIR = ".work"
# What decides which weights come out, apart from what is told and read. What only finds, checks or
# writes is left out: an edit there need not cost a killed run its epochs.
FIT_CODE = (
    "training/bases/layers.py",
    "training/bases/open.py",
    "training/bases/pooling.py",
    "training/data/third_person.py",
    "training/fit/arguments.py",
    "training/fit/checkpoints.py",
    "training/fit/finetune.py",
    "training/fit/loop.py",
    "training/fit/sampler.py",
    "training/fit/seeds.py",
    "training/fit/students.py",
    "training/fit/targets.py",
    "training/fit/teachers.py",
    "training/measure/metrics.py",
)
_PACKAGES = (
    "torch",
    "transformers",
    "tokenizers",
    "accelerate",
    "datasets",
    "numpy",
    "scipy",
    "scikit-learn",
)


FIT_CODE_SHA256 = code_sha256(*FIT_CODE)  # now: a file may be edited while this runs


def work_dir(
    artifacts_dir: Path,
    name: str,
    recipe: TrainConfig,
    arguments: TrainingArguments,
    data: LabelledData,
    base: Base,
    learned: str = "",
) -> Path:
    """The checkpoint folder of exactly this run: whatever it depends on differs, it is another one.

    Args:
        learned: what tells the examples from others, where there is more to them than recipe and
            data: the opinions of teachers.
    """
    texts = [data.provenance.fingerprint, data.provenance.context, data.labels, learned]
    told = {"recipe": asdict(recipe), "texts": texts, "base": base.contents_sha256()}
    work = artifacts_dir / _WORK_DIR / f"{name}-{training_key(told, FIT_CODE_SHA256, arguments)}"
    work.mkdir(parents=True, exist_ok=True)
    return work


def training_key(told: dict[str, Any], code: str, arguments: TrainingArguments) -> str:
    """What tells a training from any that may end otherwise, 12 hex digits.

    A training that goes on where another code, library or kind of device stopped would be one that
    nobody can repeat.

    Args:
        told: recipe and inputs, as JSON.
        code: from ``code_sha256``, when the module was loaded.
    """
    circumstances = {
        "code": code,
        "versions": {"python": platform.python_version(), **package_versions(_PACKAGES)},
        "bf16": arguments.bf16,
        "device": arguments.device.type,
        "processes": arguments.world_size,
    }
    key = json.dumps([told, circumstances], sort_keys=True)
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def last_checkpoint(folder: Path, arguments: TrainingArguments) -> str | None:
    """The last whole checkpoint in a folder, which is made if it is not there; None without one.

    What a killed run was still writing is removed, by the first of all processes while the others
    wait: they share the files, be it on several nodes.
    """
    with arguments.main_process_first(local=False, desc="checkpoints"):
        if arguments.process_index == 0:
            _drop_half_written(folder)
    return get_last_checkpoint(str(folder))


def _drop_half_written(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for checkpoint in folder.glob(f"{PREFIX_CHECKPOINT_DIR}-*"):
        # The Trainer writes its state last.
        if not (checkpoint / TRAINER_STATE_NAME).is_file():
            shutil.rmtree(checkpoint)

"""Where a training keeps its epochs, so that a killed one goes on: a folder for each recipe."""

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path

from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from training.bases.resolve import Base
from training.data.load import LabelledData
from training.run.config import TrainConfig

_WORK_DIR = ".work"


def work_dir(
    artifacts_dir: Path, name: str, recipe: TrainConfig, data: LabelledData, base: Base
) -> Path:
    """The checkpoint folder of exactly this run: another recipe, text or base gets another one."""
    texts = [data.provenance.fingerprint, data.provenance.context]
    key = json.dumps([asdict(recipe), texts, base.sha256])
    work = artifacts_dir / _WORK_DIR / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    drop_half_written(work)
    return work


def drop_half_written(work: Path) -> None:
    """Make the folder of checkpoints, and remove what a killed run was still writing there."""
    work.mkdir(parents=True, exist_ok=True)
    for checkpoint in work.glob(f"{PREFIX_CHECKPOINT_DIR}-*"):
        # The Trainer writes its state last.
        if not (checkpoint / TRAINER_STATE_NAME).is_file():
            shutil.rmtree(checkpoint)

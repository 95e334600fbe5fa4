"""The students of a recipe: trained alike from the same start, in different orders, then averaged.

The mean of their weights answers like the ensemble of them at the cost of one (model soups:
Wortsman et al., 2022). It does so only when they start from one and the same new head.
"""

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer, set_seed

from training.fit.arguments import MACRO_F1, training_arguments
from training.fit.checkpoints import last_checkpoint
from training.fit.loop import build_trainer, encode
from training.fit.seeds import Seeds
from training.fit.targets import retell
from training.run.config import TrainConfig

Opened = Callable[[], tuple[PreTrainedModel, PreTrainedTokenizerBase]]
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trained:
    """The averaged model in its Trainer, and what each student was like."""

    trainer: Trainer
    macro_f1: float  # on validation, as is the accuracy
    accuracy: float
    students: list[dict[str, Any]]  # seed, best validation macro-F1, seconds, history
    resumed: bool


def train_students(
    recipe: TrainConfig, train: Dataset, validation: Dataset, open_model: Opened, work: Path
) -> Trained:
    """Train ``recipe.students`` students, each with its best epoch kept, and average them.

    Args:
        train, validation: ``text`` and ``label``, train perhaps with ``targets``.
        open_model: a classifier on the base with a new head, and its tokenizer.
        work: a folder for checkpoints; what is finished there is not trained again.
    """
    students, resumed = [], False
    for number in range(recipe.students):
        finished = work / f"student-{number}.pt"
        if finished.is_file():
            resumed = True
        else:
            _LOG.info("student %d of %d", number + 1, recipe.students)
            folder = finished.with_suffix("")
            trainer = _make_trainer(recipe, number, train, validation, open_model, folder)
            resumed |= _train(trainer, finished)
        students.append(torch.load(finished, map_location="cpu", weights_only=True))
    trainer = _make_trainer(recipe, 0, train, validation, open_model, work)
    trainer.model.load_state_dict(_mean([student.pop("weights") for student in students]))
    if recipe.students > 1:
        found = trainer.evaluate()
        score, accuracy = found[f"eval_{MACRO_F1}"], found["eval_accuracy"]
        _LOG.info("mean of %d students: validation macro-F1 %.4f", recipe.students, score)
    else:
        best = max(students[0]["history"], key=lambda row: row["validation_macro_f1"])
        score, accuracy = best["validation_macro_f1"], best["validation_accuracy"]
    return Trained(trainer, score, accuracy, students, resumed)


def _make_trainer(
    recipe: TrainConfig,
    number: int,
    train: Dataset,
    validation: Dataset,
    open_model: Opened,
    folder: Path,
) -> Trainer:
    seeds = Seeds(recipe.seed, number=number)
    arguments = training_arguments(replace(recipe, seed=seeds.for_libraries()))
    arguments.output_dir = str(folder)
    set_seed(recipe.seed)  # not the student's own: all start from the same new head
    model, tokenizer = open_model()
    told = retell(train, recipe.third_person, seeds.retelling())
    data = [encode(split, tokenizer) for split in (told, validation)]
    return build_trainer(recipe, seeds, arguments, *data, model, tokenizer)


def _train(trainer: Trainer, finished: Path) -> bool:
    """Train and write the file ``finished``; return whether an earlier start was gone on from."""
    started = time.monotonic()
    checkpoint = last_checkpoint(Path(trainer.args.output_dir), trainer.args)
    if checkpoint:
        _LOG.info("going on from %s", checkpoint)
    trainer.train(resume_from_checkpoint=checkpoint)
    if trainer.is_world_process_zero():
        student = {
            "seed": trainer.args.seed,
            "best_validation_macro_f1": float(trainer.state.best_metric),
            "seconds": round(time.monotonic() - started, 1),
            "history": _history(trainer.state.log_history),
            "weights": trainer.model.state_dict(),
        }
        half = finished.with_suffix(".part")
        torch.save(student, half)
        half.replace(finished)
        shutil.rmtree(trainer.args.output_dir)
    trainer.accelerator.wait_for_everyone()
    return checkpoint is not None


def _mean(weights: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    if len(weights) == 1:
        return weights[0]
    return {name: torch.stack([w[name] for w in weights]).mean(dim=0) for name in weights[0]}


def _history(log: list[dict[str, Any]]) -> list[dict[str, float]]:
    """One row an epoch: mean training loss and the validation figures."""
    rows, loss = [], None
    for entry in log:
        loss = entry.get("loss", loss)
        if f"eval_{MACRO_F1}" in entry:
            rows.append(
                {
                    "epoch": entry["epoch"],
                    "train_loss": loss,
                    "validation_loss": entry["eval_loss"],
                    "validation_macro_f1": float(entry[f"eval_{MACRO_F1}"]),
                    "validation_accuracy": entry["eval_accuracy"],
                }
            )
    return rows

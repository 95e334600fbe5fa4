"""Soft targets from teachers that know more than the student and have not seen the text.

A teacher reads a text together with its context, which the student will never see (privileged
information: Lopez-Paz et al., 2016). Each is trained on all folds but one and judges that one, so
that its probabilities are an opinion and not a memory of the label (cross-fitting).
"""

import logging
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from datasets import Dataset
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.metrics import accuracy_score
from sklearn.model_selection import StratifiedGroupKFold
from transformers import set_seed

from training.fit.arguments import training_arguments
from training.fit.checkpoints import last_checkpoint
from training.fit.loop import build_trainer, encode
from training.fit.seeds import Role, Seeds
from training.fit.students import Opened
from training.measure.metrics import macro_f1
from training.run.config import TeacherConfig, TrainConfig

_LOG = logging.getLogger(__name__)


def teacher_recipe(recipe: TrainConfig, teacher: TeacherConfig) -> TrainConfig:
    """The student's recipe with what is the teachers' own."""
    return replace(
        recipe,
        epochs=teacher.epochs,
        learning_rate=teacher.learning_rate,
        seed=teacher.seed,
        third_person=0.0,
        teacher=None,
        students=1,
    )


def teach(
    recipe: TrainConfig, folds: int, train: Dataset, open_model: Opened, work: Path
) -> tuple[NDArray[np.float32], dict[str, Any]]:
    """Train the teachers and let each judge its fold.

    Args:
        recipe: that of a teacher, from ``teacher_recipe``.
        train: ``text``, ``label`` and, where there are contexts, ``context``.
        open_model: a new classifier on the base, with its tokenizer, at each call.
        work: a folder of exactly this recipe, text and base; a fold that is finished there is not
            trained again, so that several students can have the same teachers.

    Returns:
        Probabilities [n, labels] in the order of ``train``, and what the record says of them.
    """
    columns = {"text": train["text"], "label": train["label"]}
    if "context" in train.column_names:
        columns["second"] = train["context"]
    texts = Dataset.from_dict(columns)
    labels = np.asarray(train["label"])
    probabilities = np.zeros((len(train), train.features["label"].num_classes), dtype=np.float32)
    seconds = 0.0
    for fold, (seen, judged) in enumerate(split_folds(train, folds, recipe.seed)):
        finished = work / f"teacher-{fold}.npz"
        if not finished.is_file():
            _LOG.info("teacher %d of %d: %s texts", fold + 1, folds, f"{len(seen):,}")
            seeds = Seeds(recipe.seed, Role.TEACHER, fold)
            _judge(recipe, seeds, texts.select(seen), texts.select(judged), open_model, finished)
        with np.load(finished) as judgement:
            probabilities[judged] = judgement["probabilities"]
            seconds += float(judgement["seconds"])
    predicted = probabilities.argmax(axis=1)
    facts = {
        "folds": folds,
        "reads_context": "second" in columns,
        "train_seconds": round(seconds, 1),
        "held_out_accuracy": float(accuracy_score(labels, predicted)),
        "held_out_macro_f1": macro_f1(predicted, labels, probabilities.shape[1]),
    }
    _LOG.info("teachers on texts they have not seen: macro-F1 %.4f", facts["held_out_macro_f1"])
    return probabilities, facts


def split_folds(train: Dataset, folds: int, seed: int) -> list[tuple[NDArray, NDArray]]:
    """For each fold the rows to learn from and the rows to judge; equal texts stay together."""
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    return list(splitter.split(np.zeros(len(train)), train["label"], groups=train["text"]))


def _judge(
    recipe: TrainConfig,
    seeds: Seeds,
    seen: Dataset,
    judged: Dataset,
    open_model: Opened,
    finished: Path,
) -> None:
    """Train on ``seen``; probabilities of ``judged``, and the seconds, go to ``finished``."""
    # The last epoch is taken: choosing one by the judged fold's labels would let them in.
    own = replace(recipe, seed=seeds.for_libraries())
    arguments = training_arguments(own, choose_epoch=False)
    checkpoints = finished.with_suffix("")
    arguments.output_dir = str(checkpoints)
    started = time.monotonic()
    set_seed(own.seed)
    model, tokenizer = open_model()
    data = [encode(split, tokenizer) for split in (seen, judged)]
    trainer = build_trainer(own, seeds, arguments, *data, model, tokenizer)
    trainer.train(resume_from_checkpoint=last_checkpoint(checkpoints, arguments))
    trainer.args.group_by_length = False  # else the answers come back in the order of lengths
    logits = trainer.predict(trainer.eval_dataset).predictions
    if trainer.is_world_process_zero():
        probabilities = softmax(logits, axis=1).astype(np.float32)
        half = finished.with_suffix(".part.npz")
        np.savez(half, probabilities=probabilities, seconds=time.monotonic() - started)
        half.replace(finished)
        shutil.rmtree(checkpoints)
    trainer.accelerator.wait_for_everyone()

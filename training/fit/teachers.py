"""Soft targets from teachers that know more than the student and have not seen the text.

A teacher reads a text together with its context, which the student will never see (privileged
information: Lopez-Paz et al., 2016). Each is trained on all folds but one and judges that one, so
that its probabilities are an opinion and not a memory of the label (cross-fitting). Texts without a
label are judged by all of them (distillation on unlabelled text: Turc et al., 2019).
"""

import logging
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from datasets import Dataset, concatenate_datasets
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
from training.fit.targets import Opinions
from training.measure.metrics import macro_f1
from training.run.config import TeacherConfig, TrainConfig

_LOG = logging.getLogger(__name__)


def teacher_recipe(recipe: TrainConfig, teacher: TeacherConfig) -> TrainConfig:
    """The student's recipe with what is the teachers' own."""
    own = ("pooling", "max_length", "batch_size", "label_smoothing")
    found = {name: getattr(teacher, name) for name in own if getattr(teacher, name) is not None}
    return replace(
        recipe,
        **found,
        layers=None,
        epochs=teacher.epochs,
        learning_rate=teacher.learning_rate,
        seed=teacher.seed,
        third_person=0.0,
        teacher=None,
        students=1,
    )


def teach(
    recipe: TrainConfig,
    plan: TeacherConfig,
    train: Dataset,
    unlabelled: Dataset | None,
    open_model: Opened,
    work: Path,
) -> tuple[Opinions, dict[str, Any]]:
    """Train the teachers; each judges its fold, and all of them judge the unlabelled texts.

    Args:
        recipe: that of a teacher, from ``teacher_recipe``.
        plan: how many, of which ``folds`` and ``repeats`` are read.
        train: ``text``, ``label`` and, where there are contexts, ``context``.
        unlabelled: ``text``.
        open_model: a new classifier on the teachers' base, with its tokenizer, at each call.
        work: a folder of exactly this recipe, text and base; a teacher that is finished there is
            not trained again, so that several students can have the same ones.

    Returns:
        Their mean opinions, and what the record says of them.
    """
    texts, labels = _texts(train), np.asarray(train["label"])
    shape = (plan.repeats, len(train), train.features["label"].num_classes)
    probabilities, further, seconds = np.zeros(shape, dtype=np.float32), [], 0.0
    for number, (seen, judged) in enumerate(splits(train, plan.folds, plan.repeats, recipe.seed)):
        finished = work / f"teacher-{number}.npz"
        if not finished.is_file():
            count = plan.folds * plan.repeats
            _LOG.info("teacher %d of %d: %s texts", number + 1, count, f"{len(seen):,}")
            seeds = Seeds(recipe.seed, Role.TEACHER, number)
            lesson = _lesson(texts.select(seen), unlabelled)
            to_judge = _to_judge(texts.select(judged), unlabelled)
            _judge(recipe, seeds, lesson, to_judge, open_model, finished)
        with np.load(finished) as judgement:
            found = judgement["probabilities"]
            seconds += float(judgement["seconds"])
        probabilities[number // plan.folds][judged] = found[: len(judged)]
        further.append(found[len(judged) :])
    mean = probabilities.mean(axis=0)
    predicted = mean.argmax(axis=1)
    facts = {
        "folds": plan.folds,
        "repeats": plan.repeats,
        "reads_context": "second" in texts.column_names,
        "train_seconds": round(seconds, 1),
        "held_out_accuracy": float(accuracy_score(labels, predicted)),
        "held_out_macro_f1": macro_f1(predicted, labels, mean.shape[1]),
    }
    _LOG.info("teachers on texts they have not seen: macro-F1 %.4f", facts["held_out_macro_f1"])
    return Opinions(mean, np.mean(further, axis=0) if unlabelled else None), facts


def splits(
    train: Dataset, folds: int, repeats: int, seed: int
) -> Iterator[tuple[NDArray, NDArray]]:
    """For each teacher the rows to learn from and those to judge; equal texts stay together.

    Each repeat splits anew; within one, each row is judged once.
    """
    for repeat in range(repeats):
        state = int(np.random.SeedSequence([seed, repeat]).generate_state(1)[0])
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=state)
        yield from splitter.split(np.zeros(len(train)), train["label"], groups=train["text"])


def _texts(train: Dataset) -> Dataset:
    columns = {"text": train["text"], "label": train["label"]}
    if "context" in train.column_names:
        columns["second"] = train["context"]
    return Dataset.from_dict(columns)


def _lesson(seen: Dataset, unlabelled: Dataset | None) -> Dataset:
    """What a teacher learns from: who is to judge texts without a context meets some, too."""
    if unlabelled is None or "second" not in seen.column_names:
        return seen
    return concatenate_datasets([seen, _without_context(seen)])


def _to_judge(held_out: Dataset, unlabelled: Dataset | None) -> Dataset:
    """Texts that a teacher did not learn from, then the unlabelled ones; no label is used."""
    if unlabelled is None:
        return held_out
    further = unlabelled.select_columns("text").add_column("label", [0] * len(unlabelled))
    if "second" in held_out.column_names:
        further = _without_context(further)
    return concatenate_datasets([held_out, further.cast(held_out.features)])


def _without_context(texts: Dataset) -> Dataset:
    columns = {"text": texts["text"], "label": texts["label"], "second": [""] * len(texts)}
    return Dataset.from_dict(columns)


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

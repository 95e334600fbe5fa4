"""What the student learns from: texts, perhaps some of them retold; hard or soft targets."""

import hashlib
import json
from dataclasses import dataclass

import numpy as np
from datasets import Dataset, concatenate_datasets
from numpy.typing import NDArray

from training.data.third_person import third_person
from training.data.unlabelled import NO_LABEL
from training.run.config import TrainConfig


@dataclass(frozen=True)
class Opinions:
    """What teachers hold of the texts: probabilities [n, labels], in the order of the texts."""

    train: NDArray[np.float32]
    unlabelled: NDArray[np.float32] | None = None


def make_examples(
    recipe: TrainConfig,
    train: Dataset,
    opinions: Opinions | None = None,
    unlabelled: Dataset | None = None,
) -> Dataset:
    """Rows ``text``, ``label`` and, when teachers judged the texts, ``targets`` [labels].

    Args:
        train: ``text`` and ``label``.
        opinions: of the teachers on ``train`` and on ``unlabelled``.
        unlabelled: ``text`` and ``label``, -1 where there is none.
    """
    columns = {"text": list(train["text"]), "label": list(train["label"])}
    if recipe.teacher is None or opinions is None:
        return Dataset.from_dict(columns)
    plan = recipe.teacher
    weights = np.full(len(train), 1 - plan.weight)
    targets = [_mix(opinions.train, np.asarray(columns["label"]), weights)]
    if plan.unlabelled and unlabelled is not None and opinions.unlabelled is not None:
        labels = np.asarray(unlabelled["label"])
        guessed = np.where(labels == NO_LABEL, opinions.unlabelled.argmax(axis=1), labels)
        weights = np.where(labels == NO_LABEL, 0.0, plan.own_label_weight)
        targets.append(_mix(opinions.unlabelled, guessed, weights))
        columns["text"] += unlabelled["text"]
        columns["label"] += guessed.tolist()
    columns["targets"] = list(np.concatenate(targets))
    return Dataset.from_dict(columns)


def _mix(
    judged: NDArray[np.float32], labels: NDArray[np.int64], weights: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Opinions [n, labels] in which each row's label takes the share ``weights`` [n]."""
    one_hot = np.eye(judged.shape[1])[labels]
    return (judged + weights[:, None] * (one_hot - judged)).astype(np.float32)


def examples_sha256(rows: Dataset) -> str:
    """SHA-256, hex, of the columns and what they hold."""
    digest = hashlib.sha256()
    for name in sorted(rows.column_names):
        digest.update(json.dumps([name, rows[name][:]]).encode())
    return digest.hexdigest()


def retell(train: Dataset, share: float, draw: np.random.Generator) -> Dataset:
    """Add ``share`` of the texts, chosen by ``draw``, once more in the third person.

    People who write of themselves teach a model that "she" belongs to another class.
    """
    drawn = draw.random(len(train))
    rows = np.flatnonzero(drawn < share)
    told = train.select(rows)
    texts = [
        third_person(text, "she" if chance < share / 2 else "he")
        for text, chance in zip(told["text"], drawn[rows], strict=True)
    ]
    columns = {name: told[name][:] for name in told.column_names} | {"text": texts}
    return concatenate_datasets([train, Dataset.from_dict(columns, features=train.features)])

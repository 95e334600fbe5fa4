"""What the student learns from: texts, perhaps some of them retold; hard or soft targets."""

import hashlib
import json

import numpy as np
from datasets import Dataset, concatenate_datasets
from numpy.typing import NDArray

from training.data.third_person import third_person
from training.run.config import TrainConfig


def make_examples(
    recipe: TrainConfig, train: Dataset, judged: NDArray[np.float32] | None
) -> Dataset:
    """Rows ``text``, ``label`` and, when teachers judged the texts, ``targets`` [labels].

    Args:
        train: ``text`` and ``label``.
        judged: the teachers' probabilities, [n, labels], in the order of ``train``.
    """
    columns = {"text": list(train["text"]), "label": list(train["label"])}
    if recipe.teacher and judged is not None:
        weight, one_hot = recipe.teacher.weight, np.eye(judged.shape[1], dtype=np.float32)
        targets = weight * judged + (1 - weight) * one_hot[columns["label"]]
        columns["targets"] = list(targets.astype(np.float32))
    return Dataset.from_dict(columns)


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

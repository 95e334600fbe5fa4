"""Further texts for teachers to judge: rows of a file beside the splits, or the lines of a .txt.

Nothing of validation or test may come in this way, be it by key or by text.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from datasets import Dataset, Features, Value

from training.data.keyed import records_beside_train
from training.data.readers import Row, cells_are, read_texts, text_of
from training.run.data_config import UnlabelledConfig
from training.run.errors import InputError

NO_LABEL = -1


class _Text(NamedTuple):
    text: str
    label: str = ""  # empty where it has none
    key: str = ""


def read_unlabelled(
    path: Path, config: UnlabelledConfig, rows: Mapping[str, list[Row]], labels: Sequence[str]
) -> tuple[Dataset, dict[str, object]]:
    """The texts, each once and none that stands in a split, and what provenance says of them.

    Texts are compared without regard to case. One of train is left out because it is judged anyway,
    by teachers that have not seen it.

    Args:
        path: a .txt, or a file with the columns that ``config`` names.
        rows: the cleaned splits, their rows with keys if ``config`` names a column of keys.
        labels: in index order.

    Returns:
        Columns ``text`` and ``label``, which is -1 where there is none; counts and SHA-256.

    Raises:
        InputError: the file is not usable, has rows of a text that is held out, a label that is
            none of ``labels``, or nothing that is left.
    """
    held_out = _folded(row.text for split in ("validation", "test") for row in rows[split])
    found = [text for text in _read(path, config, rows, labels) if _fold(text.text) not in held_out]
    # After it: half of a joined text would else be one of validation or test.
    texts = [*found, *_join(found)] if config.joined else found
    long = [text for text in texts if len(text.text.split()) >= config.min_words]
    unique = {_fold(text.text): text for text in reversed(long)}  # the first of equal ones stays
    known = held_out | _folded(row.text for row in rows["train"])
    kept = [text for key, text in reversed(unique.items()) if key not in known]
    if not kept:
        raise InputError(
            f"{path}: no text of {config.min_words} words or more that is not in the splits; "
            "correct data.unlabelled or remove it from the config"
        )
    index = {label: place for place, label in enumerate(labels)}
    columns = {
        "text": [text.text for text in kept],
        "label": [index.get(text.label, NO_LABEL) for text in kept],
    }
    features = Features({"text": Value("string"), "label": Value("int64")})
    record = {
        "file": path.name,
        "texts": len(kept),
        "labelled": sum(label != NO_LABEL for label in columns["label"]),
        "fingerprint": hashlib.sha256(json.dumps(columns).encode()).hexdigest(),
    }
    return Dataset.from_dict(columns, features=features), record


def _read(
    path: Path, config: UnlabelledConfig, rows: Mapping[str, list[Row]], labels: Sequence[str]
) -> Iterator[_Text]:
    if path.suffix == ".txt":
        yield from (_Text(line.strip()) for line in read_texts(path, config.text_column))
        return
    for place, record, key in records_beside_train(path, config.key_column, rows):
        text = text_of(record, config.text_column, place).strip()
        label = text_of(record, config.label_column, place) if config.label_column else ""
        if label and label not in labels:
            raise InputError(
                f"{place}: label '{label}' is none of the training rows; correct it or remove "
                "data.unlabelled.label_column"
            )
        if cells_are(record, config.only, place):
            yield _Text(text, label, key)


def _join(texts: Sequence[_Text]) -> Iterator[_Text]:
    """Each two neighbours of one key as one text."""
    for first, second in pairwise(texts):
        if first.key and first.key == second.key:
            yield first._replace(text=f"{first.text} {second.text}")


def _folded(texts: Iterable[str]) -> set[str]:
    return {_fold(text) for text in texts}


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())

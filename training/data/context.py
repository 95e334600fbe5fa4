"""Texts that go with train texts, from a second file of the data directory."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from training.data.keyed import records_beside_train
from training.data.readers import Row, cells_are, text_of
from training.run.data_config import ContextConfig


def read_contexts(path: Path, config: ContextConfig, rows: Mapping[str, list[Row]]) -> list[str]:
    """The context of each train row, in their order; empty where the file has none.

    Args:
        path: a file with the columns that ``config`` names.
        rows: the cleaned splits, their rows with keys.

    Raises:
        InputError: the file is not usable, or has something on a row that is held out.
    """
    wanted = {row.key for row in rows["train"]}
    found: dict[str, list[str]] = {}
    for place, record, key in records_beside_train(path, config.key_column, rows):
        if key in wanted and cells_are(record, config.only, place):
            found.setdefault(key, []).append(text_of(record, config.text_column, place).strip())
    return [" ".join(found.get(row.key, [])[: config.first]) for row in rows["train"]]


def context_record(path: Path, contexts: list[str]) -> dict[str, object]:
    """What provenance says of them: file, texts that have one, SHA-256 of all in order."""
    digest = hashlib.sha256(json.dumps(contexts).encode())
    return {
        "file": path.name,
        "texts": sum(map(bool, contexts)),
        "fingerprint": digest.hexdigest(),
    }

"""Texts that go with train texts, from a second file of the data directory."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from training.data.readers import Row, cells_are, read_records, text_of
from training.run.data_config import ContextConfig
from training.run.errors import InputError


def read_contexts(path: Path, config: ContextConfig, rows: Mapping[str, list[Row]]) -> list[str]:
    """The context of each train row, in their order; empty where the file has none.

    Args:
        path: a file with the columns that ``config`` names.
        rows: the cleaned splits, their rows with keys.

    Raises:
        InputError: the file is not usable, or has something on a row that is held out: what
            training may see must not tell of validation or test.
    """
    wanted = {row.key for row in rows["train"]}
    held_out = {row.key: split for split, kept in rows.items() if split != "train" for row in kept}
    found: dict[str, list[str]] = {}
    for where, record in read_records(path):
        place = f"{path}, {where}"
        key = text_of(record, config.key_column, place)
        if key in held_out:
            raise InputError(
                f"{place}: '{key}' is a row of the {held_out[key]} split; "
                "leave rows of train alone in the file"
            )
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

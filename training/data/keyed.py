"""Files beside the splits whose rows name rows of them by a key."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.data.readers import Row, read_records, text_of
from training.run.errors import InputError

_Keyed = tuple[str, dict[str, Any], str]  # place for messages, cells by column, key


def records_beside_train(
    path: Path, key_column: str | None, rows: Mapping[str, list[Row]]
) -> Iterator[_Keyed]:
    """Each record of a file that training may see, and its key; empty where there is no column.

    Args:
        rows: the cleaned splits, their rows with keys if there is a column of them.

    Raises:
        InputError: the file is not usable, or has something on a row that is held out: what
            training may see must not tell of validation or test.
    """
    held_out = {row.key: split for split, kept in rows.items() if split != "train" for row in kept}
    for where, record in read_records(path):
        place = f"{path}, {where}"
        key = text_of(record, key_column, place) if key_column else ""
        if key_column and key in held_out:
            raise InputError(
                f"{place}: '{key}' is a row of the {held_out[key]} split; "
                "leave rows of train alone in the file"
            )
        yield place, record, key

"""Where labelled texts are found: a directory, the hub, or the embedded sample."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import datasets
import requests
from datasets import ClassLabel, Dataset, load_dataset
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

from training.data.readers import Row, find_split, make_row, read_rows
from training.run.config import DATA_DIR_VARIABLE, SPLITS
from training.run.data_config import DataConfig
from training.run.errors import InputError

SAMPLE_DIR = Path(__file__).parent / "sample"


@dataclass(frozen=True)
class Source:
    """Rows as found, by split."""

    kind: str  # "directory", "hub" or "sample"
    id: str
    rows: dict[str, list[Row]]
    files: dict[str, str]  # split → what to call it in a message
    # Files of further texts, if the config names them and they are there.
    context: Path | None = None
    unlabelled: Path | None = None


def find_rows(config: DataConfig, directory: Path | None) -> Source:
    """Rows from ``directory``, else POCKET_DATA_DIR, else the hub, else the embedded sample.

    The last is announced on stderr, because numbers from it mean little.

    Raises:
        InputError: what was found is not usable; names file, row and remedy.
    """
    variable = os.environ.get(DATA_DIR_VARIABLE)
    if directory is None and variable:
        directory = Path(variable)
    if directory is not None:
        return _read_directory(directory, config)
    found = _read_hub(config)
    if found is not None:
        return found
    _announce_sample(config)
    columns = replace(config, text_column="situation", label_column="emotion")
    return replace(_read_directory(SAMPLE_DIR, columns), kind="sample")


def _read_directory(directory: Path, config: DataConfig) -> Source:
    if not directory.is_dir():
        raise InputError(
            f"{directory}: no such directory; give one with --data or {DATA_DIR_VARIABLE}"
        )
    files = {split: find_split(directory, split) for split in SPLITS}
    further = {
        name: directory / part.file
        for name in ("context", "unlabelled")
        if (part := getattr(config, name)) and (directory / part.file).is_file()
    }
    key = _key_column(config, further)
    rows = {
        split: read_rows(path, config.text_column, config.label_column, key)
        for split, path in files.items()
    }
    names = {split: str(path) for split, path in files.items()}
    return Source("directory", directory.resolve().name, rows, names, **further)


def _key_column(config: DataConfig, further: Iterable[str]) -> str | None:
    """The column by which files of further texts name rows of the splits, if any does."""
    named = {f"data.{name}.key_column": getattr(config, name).key_column for name in further}
    columns = {column for column in named.values() if column}
    if len(columns) > 1:
        raise InputError(
            f"{' and '.join(named)} differ ({', '.join(sorted(columns))}); the splits have one key"
        )
    return columns.pop() if columns else None


def _read_hub(config: DataConfig) -> Source | None:
    """The hub data set, or None when the hub cannot be reached and no copy is cached."""
    if config.hub_id is None:
        return None
    if not _hub_answers(config.hub_id):
        # Straight to the cache: load_dataset would retry for half a minute before it looks there.
        datasets.config.HF_HUB_OFFLINE = True
    try:
        hub = load_dataset(config.hub_id)
    except ConnectionError:
        return None
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            f"hub data set '{config.hub_id}': {reason}; correct data.hub_id or give --data"
        ) from error
    rows = {}
    for split in SPLITS:
        if split not in hub:
            raise InputError(f"hub data set '{config.hub_id}' has no {split} split; give --data")
        rows[split] = _hub_rows(hub[split], config)
    names = {split: f"{config.hub_id} ({split})" for split in SPLITS}
    return Source("hub", config.hub_id, rows, names)


def _hub_answers(hub_id: str) -> bool:
    try:
        HfApi().dataset_info(hub_id, timeout=10)
    except (requests.ConnectionError, requests.Timeout, OfflineModeIsEnabled):
        return False
    except HfHubHTTPError:
        return True  # it answered; load_dataset says what is wrong
    return True


def _hub_rows(split: Dataset, config: DataConfig) -> list[Row]:
    feature = split.features.get(config.label_column)
    rows = []
    for number, record in enumerate(split, start=1):
        if isinstance(feature, ClassLabel):
            record[config.label_column] = feature.int2str(record[config.label_column])
        where = f"row {number}"
        place = f"hub data set '{config.hub_id}' ({split.split}), {where}"
        rows.append(make_row(record, config.text_column, config.label_column, place, where))
    return rows


def _announce_sample(config: DataConfig) -> None:
    reason = (
        f"'{config.hub_id}' is out of reach"
        if config.hub_id
        else "the config names no hub data set"
    )
    bar = "!" * 78
    print(
        f"{bar}\n!! No data directory was given and {reason}.\n"
        "!! Using the embedded sample: a few hundred sentences. Good for a trial run;\n"
        f"!! its numbers say nothing about quality. Use --data DIR or {DATA_DIR_VARIABLE}.\n{bar}",
        file=sys.stderr,
    )

"""One checkpoint from the Hugging Face hub or its cache."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from huggingface_hub import hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    HFValidationError,
    OfflineModeIsEnabled,
)
from requests.exceptions import ChunkedEncodingError, HTTPError, ProxyError, SSLError

from training.run.errors import InputError, one_line

# Older checkpoints, MiniLM-L12 and TinyBERT among them, come without safetensors.
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
FILES = [
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
]
_WAITS = (1.0, 2.0, 4.0)  # seconds before another try; the hub's Retry-After goes before
_LONGEST_WAIT = 60.0
_LOG = logging.getLogger(__name__)


def download(base: str) -> Path | None:
    """The snapshot folder of ``base``, or None when the hub cannot be reached and none is cached.

    A hub that is busy (429) or broken (5xx) or breaks off in the middle of a file is asked again
    three times; a file that was begun goes on where it stopped.

    Raises:
        InputError: the hub has no such checkpoint, refuses, or breaks off.
    """
    try:
        path = Path(_persist(base, lambda: _snapshot(base)))
        if not (path / WEIGHTS[0]).exists():
            # Cut short by an earlier break and the hub now gone: that shows here, as a cache miss.
            _persist(base, lambda: hf_hub_download(base, WEIGHTS[1], revision=path.name))
    except OfflineModeIsEnabled:
        return None
    except HTTPError as error:
        if (status := _status(error)) is None:
            return None
        raise InputError(f"base '{base}': {_refusal(status)}") from error
    except HFValidationError as error:
        raise InputError(
            f"base '{base}': {one_line(error, 160)}; correct the name or give a directory"
        ) from error
    except OSError as error:  # the connection broke, or the disk is full
        raise InputError(
            f"base '{base}': the download broke off ({one_line(error, 160)}); run the same command "
            "again, it goes on where it stopped"
        ) from error
    return path


def _snapshot(base: str) -> str:
    files = [*FILES, WEIGHTS[0]]
    try:
        return snapshot_download(base, allow_patterns=files)
    except (ProxyError, SSLError) as error:  # the client raises these without a look at its cache
        _LOG.warning("hub: %s", one_line(error, 160))
        return snapshot_download(base, allow_patterns=files, local_files_only=True)


def _persist(base: str, fetch: Callable[[], str]) -> str:
    for wait in (*_WAITS, None):
        try:
            return fetch()
        except (HTTPError, ChunkedEncodingError) as error:
            status = _status(error)
            broke = isinstance(error, ChunkedEncodingError)
            if wait is None or not (broke or _passes(status)):
                raise
            wait = min(_retry_after(error) or wait, _LONGEST_WAIT)
            what = "connection broken" if broke else f"status {status}"
            _LOG.info("hub: %s for '%s', trying again in %g s", what, base, wait)
            time.sleep(wait)
    raise AssertionError("the last try returns or raises")


def _passes(status: int | None) -> bool:
    return status is not None and (status == 429 or status >= 500)


def _refusal(status: int) -> str:
    if _passes(status):
        remedy = "try again later, give a directory, or use --base offline"
    else:
        remedy = "correct the name, log in if the checkpoint is private, or give a directory"
    missing = f" (no such checkpoint, or neither {' nor '.join(WEIGHTS)} in it)"
    return f"the hub answers with status {status}{missing if status == 404 else ''}; {remedy}"


def _response(error: BaseException | None) -> object | None:
    """The HTTP answer behind an error; the hub client hides it behind a cache miss."""
    while error is not None:
        if (response := getattr(error, "response", None)) is not None:
            return response
        error = error.__cause__
    return None


def _status(error: BaseException) -> int | None:
    return getattr(_response(error), "status_code", None)


def _retry_after(error: BaseException) -> float | None:
    value = getattr(_response(error), "headers", {}).get("Retry-After", "")
    return float(value) if value.isdigit() else None

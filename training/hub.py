"""One checkpoint from the Hugging Face hub or its cache."""

import logging
import time
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
)

from training.errors import InputError

# Older checkpoints, MiniLM-L12 and TinyBERT among them, come without safetensors.
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_FILES = [
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

    A hub that is busy (429) or broken (5xx) is asked again three times.

    Raises:
        InputError: the hub has no such checkpoint, refuses, or breaks off.
    """
    try:
        path = _snapshot(base, [*_FILES, WEIGHTS[0]])
        if not (path / WEIGHTS[0]).exists():
            path = _snapshot(base, [*_FILES, WEIGHTS[1]])
    except (LocalEntryNotFoundError, OfflineModeIsEnabled) as error:
        if (status := _status(error)) is None:
            return None
        raise InputError(
            f"base '{base}': the hub answers with status {status}; try again later, give a "
            "directory, or use --base offline"
        ) from error
    except (HfHubHTTPError, HFValidationError) as error:
        raise InputError(
            f"base '{base}': {_sentence(error)}; correct the name or give a directory"
        ) from error
    except OSError as error:  # the connection broke, or the disk is full
        raise InputError(
            f"base '{base}': the download broke off ({_sentence(error)}); run the same command "
            "again, it goes on where it stopped"
        ) from error
    return path


def _snapshot(base: str, files: list[str]) -> Path:
    for wait in (*_WAITS, None):
        try:
            return Path(snapshot_download(base, allow_patterns=files))
        except (HfHubHTTPError, LocalEntryNotFoundError) as error:
            status = _status(error)
            if wait is None or status is None or (status != 429 and status < 500):
                raise
            wait = min(_retry_after(error) or wait, _LONGEST_WAIT)
            _LOG.info("hub: status %s for '%s', trying again in %g s", status, base, wait)
            time.sleep(wait)
    raise AssertionError("the last try returns or raises")


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


def _sentence(error: BaseException) -> str:
    return " ".join(str(error).split())[:160]

"""Build stages that know whether their output still belongs to their input."""

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from training.run.files import sha256_of, write_json


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep advice for the authors of optimum and transformers away from our users."""
    loggers = [logging.getLogger(name) for name in ("optimum", "transformers")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def describe_file(path: Path) -> dict[str, Any]:
    """Size in bytes and SHA-256 of a file."""
    return {"bytes": path.stat().st_size, "sha256": sha256_of(path)}


def is_fresh(manifest: Path, inputs: dict[str, Any], output: Path) -> bool:
    """Whether ``output`` is whole and was made from exactly ``inputs``, by the stage's manifest."""
    try:
        record = json.loads(manifest.read_text())
    except (OSError, ValueError):
        return False
    return (
        record.get("inputs") == inputs
        and output.is_file()
        and record.get("output") == describe_file(output)
    )


def finish(manifest: Path, inputs: dict[str, Any], output: Path, **facts: Any) -> None:
    """Write a stage's manifest. Call it last: its presence means that the stage is complete."""
    write_json(manifest, {"inputs": inputs, "output": describe_file(output), **facts})

"""Whether what a stage wrote still belongs to what it was made from, and to what made it."""

from pathlib import Path
from typing import Any

from training.run.files import describe_file, read_json, write_json

# What makes token ids, and writes, reads and computes ONNX graphs: every stage that does has these
# among its inputs, and adds its own.
ONNX_PACKAGES = ("transformers", "tokenizers", "optimum", "optimum-onnx", "onnx", "onnxruntime")


def record_saying(path: Path, **facts: Any) -> dict[str, Any] | None:
    """The record, if it is there and says exactly these ``facts``."""
    try:
        record = read_json(path)
    except (OSError, ValueError):
        return None
    return record if all(record.get(name) == fact for name, fact in facts.items()) else None


def is_fresh(stamp: Path, inputs: dict[str, Any], output: Path) -> bool:
    """Whether ``output`` is whole and was made from exactly ``inputs``, by the stage's stamp."""
    if not output.is_file():
        return False
    return record_saying(stamp, inputs=inputs, output=describe_file(output)) is not None


def finish(stamp: Path, inputs: dict[str, Any], output: Path, **facts: Any) -> None:
    """Write a stage's stamp. Call it last: its presence means that the stage is complete."""
    write_json(stamp, {"inputs": inputs, "output": describe_file(output), **facts})

"""Whether ``model_quantized.onnx`` still belongs to its run; looked at without torch."""

from dataclasses import asdict
from pathlib import Path

from export.fresh import ONNX_PACKAGES, is_fresh
from export.int8.activations import RANGE_TEXTS
from training.run.artifact import Artifact
from training.run.config import QuantizeConfig
from training.run.files import code_sha256, sha256_of
from training.run.provenance import package_versions


def is_quantized(artifact: Artifact, config: QuantizeConfig) -> bool:
    """Whether ``model_quantized.onnx`` is there and was made from the present model, tokenizer and
    scheme by this code.
    """
    return is_fresh(stamp_of(artifact), inputs_of(artifact, config), artifact.onnx_quantized)


def stamp_of(artifact: Artifact) -> Path:
    """What is written when the file is complete."""
    return artifact.onnx_dir / "quantize.json"


def inputs_of(artifact: Artifact, config: QuantizeConfig) -> dict[str, object]:
    """All that decides what the file holds."""
    return {
        "model": sha256_of(artifact.onnx) if artifact.onnx.is_file() else None,
        # Ranges are measured on ids, so that what makes ids of texts decides them, too.
        "tokenizer": sha256_of(artifact.tokenizer),
        "tokenizer_config": sha256_of(artifact.tokenizer_config),
        "scheme": asdict(config),
        "range_texts": sha256_of(RANGE_TEXTS),
        "code": code_sha256("export/int8", "export/graph", "export/compress.py"),
        "versions": package_versions(("numpy", *ONNX_PACKAGES)),
    }

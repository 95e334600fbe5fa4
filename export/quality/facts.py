"""The runtimes that are compared, and the files that decide what they answer."""

from typing import Any

from training.run.artifact import Artifact
from training.run.files import describe_file

REFERENCE = "torch"
FP32 = "onnx_fp32"
INT8 = "onnx_int8"
BROWSER = "browser_int8"  # in Chromium
ENGINES = "engines"  # in that row: those of other engines


def file_facts(artifact: Artifact) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of all that decides a result: three models, what feeds them, what names
    their answers.
    """
    return {
        REFERENCE: describe_file(artifact.weights),
        FP32: describe_file(artifact.onnx),
        INT8: describe_file(artifact.onnx_quantized),
        "tokenizer": describe_file(artifact.tokenizer),
        "tokenizer_config": describe_file(artifact.tokenizer_config),
        "config": describe_file(artifact.model_config),
    }

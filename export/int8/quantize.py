"""model.onnx → model_quantized.onnx: int8 by a scheme, counted, and held to a size."""

import shutil
import tempfile
from collections import Counter
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType
from optimum.onnxruntime import ORTQuantizer
from optimum.onnxruntime.configuration import AutoQuantizationConfig

from export.compress import compressed
from export.fresh import finish
from export.graph.quiet import quiet_libraries
from export.int8.prepared import QuantizationError, prepare
from export.int8.quantized import inputs_of, stamp_of
from training.run.artifact import Artifact
from training.run.config import QuantizeConfig

# Operators that compute or look up in eight bits; the last is how an int8 embedding is read.
QUANTIZED_OPERATORS = (
    "MatMulInteger",
    "QLinearMatMul",
    "DynamicQuantizeMatMul",
    "DequantizeLinear",
    "MatMulIntegerToFloat",
)


def quantize(artifact: Artifact, config: QuantizeConfig) -> Path:
    """Write ``onnx/model_quantized.onnx``: int8 weights, activations scaled at run time.

    Raises:
        QuantizationError: no node was quantized, the file is larger than the scheme allows, or the
            graph could not be prepared without changing what it computes.
    """
    inputs = inputs_of(artifact, config)
    with tempfile.TemporaryDirectory(dir=artifact.onnx_dir) as folder:
        made = Path(folder) / artifact.onnx_quantized.name
        make_int8(artifact, config, made)
        counts = count_quantized(made)
        _check(artifact, made, counts, config)
        shutil.move(made, artifact.onnx_quantized)
    finish(stamp_of(artifact), inputs, artifact.onnx_quantized, quantized_nodes=counts)
    return artifact.onnx_quantized


def make_int8(artifact: Artifact, config: QuantizeConfig, target: Path) -> None:
    """Quantize ``model.onnx`` by the scheme into the file ``target``, unchecked.

    Raises:
        QuantizationError: the graph could not be prepared without changing what it computes.
    """
    with quiet_libraries():
        _METHODS[config.method](artifact, config, target)


def _dynamic(artifact: Artifact, config: QuantizeConfig, target: Path) -> None:
    settings = AutoQuantizationConfig.avx512_vnni(
        is_static=False,
        per_channel=config.per_channel,
        operators_to_quantize=list(config.operators),
    )
    settings.weights_dtype = QuantType.QInt8
    quantizer = ORTQuantizer.from_pretrained(artifact.onnx_dir, file_name=artifact.onnx.name)
    made = quantizer.quantize(settings, save_dir=target.parent, file_suffix="quantized")
    (made / f"{artifact.onnx.stem}_quantized.onnx").replace(target)


def _rowwise(artifact: Artifact, config: QuantizeConfig, target: Path) -> None:
    onnx.save(prepare(artifact).quantized(config), target)


_METHODS = {"dynamic": _dynamic, "rowwise": _rowwise}


def count_quantized(model: Path) -> dict[str, int]:
    """How many nodes of each eight-bit operator a graph has; empty when there is none."""
    operators = Counter(node.op_type for node in onnx.load(model).graph.node)
    return {name: operators[name] for name in QUANTIZED_OPERATORS if operators[name]}


def _check(artifact: Artifact, made: Path, counts: dict[str, int], config: QuantizeConfig) -> None:
    if not counts:
        raise QuantizationError(
            f"{artifact.onnx}: no node was quantized by method {config.method} with operators "
            f"{config.operators}; name operators that the graph has in quantize.operators"
        )
    megabytes = len(compressed(made.read_bytes())) / 1e6
    if megabytes > config.max_megabytes:
        raise QuantizationError(
            f"{artifact.onnx}: quantized to {megabytes:.1f} MB compressed, over the limit of "
            f"{config.max_megabytes} MB (quantize.max_megabytes); quantize more, or more coarsely"
        )

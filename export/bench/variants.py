"""Ways to open the shipped int8 file: options of the session, graphs optimized beforehand."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import onnx

from export.graph.ahead import AHEAD_LEVEL, SHIPPED_LEVEL, optimize_ahead
from training.run.errors import one_line

MODEL = "model.onnx"
NOTHING = "nothing.onnx"
SHIPPED = f"optimized beforehand, {AHEAD_LEVEL}"  # as the page opens it

Make = Callable[[Path, Path], None]  # the int8 file → another one


@dataclass(frozen=True)
class Variant:
    """Options of onnxruntime-web for a file, which ``make`` writes unless it is the shipped one."""

    options: dict[str, Any] = field(default_factory=dict)
    file: str = MODEL
    make: Make | None = None


def _level(level: str) -> dict[str, Any]:
    return {"graphOptimizationLevel": level}


def _ahead(level: str, suffix: str) -> Variant:
    options = _level(SHIPPED_LEVEL)
    return Variant(options, f"{level}{suffix}", partial(optimize_ahead, level=level))


def _shipped(**options: Any) -> Variant:
    shipped = _ahead(AHEAD_LEVEL, ".onnx")
    return replace(shipped, options=shipped.options | options)


VARIANTS = {
    **{f"level {name}": Variant(_level(name)) for name in ("disabled", "basic", "extended", "all")},
    "optimized beforehand, extended": _ahead("extended", ".onnx"),
    "optimized beforehand, all": _ahead("all", ".onnx"),
    "ORT format, extended": _ahead("extended", ".ort"),
    "ORT format, all": _ahead("all", ".ort"),
    "without memory pattern": _shipped(enableMemPattern=False),
    "without arena": _shipped(enableCpuMemArena=False),
    "without either": _shipped(enableMemPattern=False, enableCpuMemArena=False),
    "one thread inside an operator": _shipped(intraOpNumThreads=1),
    "denormals as zero": _shipped(extra={"session": {"set_denormal_as_zero": "1"}}),
    "weights not repacked": _shipped(extra={"session": {"disable_prepacking": "1"}}),
}


def make_files(source: Path, site: Path) -> dict[str, str]:
    """Write the files of all variants into ``site``.

    Returns:
        Name of each variant whose file could not be made → why.
    """
    (site / MODEL).write_bytes(source.read_bytes())
    write_nothing(site / NOTHING)
    failures = {}
    for name, variant in VARIANTS.items():
        if variant.make is None:
            continue
        try:
            variant.make(source, site / variant.file)
        except Exception as error:  # whatever the runtime raises is what goes on record
            failures[name] = one_line(error)
    return failures


def write_nothing(path: Path) -> None:
    """Write a graph that hands its input on: opening it costs the runtime's own start alone."""
    value = partial(onnx.helper.make_tensor_value_info, elem_type=onnx.TensorProto.FLOAT, shape=[1])
    node = onnx.helper.make_node("Identity", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "nothing", [value("x")], [value("y")])
    opset = onnx.helper.make_opsetid("", 17)
    onnx.save(onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8), path)

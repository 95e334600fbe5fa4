"""A graph optimized before it is shipped, so that no visitor's browser has to do it again."""

from pathlib import Path

import onnxruntime as ort

# What is left for the browser to do.
SHIPPED_LEVEL = "disabled"
# Beyond "extended", what onnxruntime does may be for the processor that it runs on.
AHEAD_LEVEL = "extended"
LEVELS = {
    "disabled": ort.GraphOptimizationLevel.ORT_DISABLE_ALL,
    "basic": ort.GraphOptimizationLevel.ORT_ENABLE_BASIC,
    "extended": ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
    "all": ort.GraphOptimizationLevel.ORT_ENABLE_ALL,
}
_ERRORS_ONLY = 3


def optimize_ahead(source: Path, target: Path, level: str = AHEAD_LEVEL) -> None:
    """Save a graph as onnxruntime optimizes it; in ORT format if the target ends in ``.ort``."""
    options = ort.SessionOptions()
    options.graph_optimization_level = LEVELS[level]
    options.optimized_model_filepath = str(target)
    options.log_severity_level = _ERRORS_ONLY
    if target.suffix == ".ort":
        options.add_session_config_entry("session.save_model_format", "ORT")
    ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])

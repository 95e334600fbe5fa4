"""onnxruntime: texts → logits, one at a time and without padding, as on the web page."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tqdm import tqdm

from export.graph.ahead import LEVELS, SHIPPED_LEVEL, optimize_ahead
from training.run.artifact import Artifact

# Pinned, since a dynamically quantized graph gives other logits under "basic" than under "all".
GRAPH_OPTIMIZATION_LEVEL = "all"


def open_session(
    model: Path | bytes, level: str = GRAPH_OPTIMIZATION_LEVEL
) -> ort.InferenceSession:
    """A single-threaded CPU session of a file, or of its content."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.graph_optimization_level = LEVELS[level]
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def predict(
    artifact: Artifact,
    model: Path,
    texts: Sequence[str],
    *,
    level: str = GRAPH_OPTIMIZATION_LEVEL,
    description: str = "onnxruntime",
) -> NDArray[np.float32]:
    """Logits of each text, [n, labels], by an ONNX file of the artifact.

    Never batched: dynamic int8 scales span the whole tensor, so padding would change the result.
    """
    tokenizer = artifact.load_tokenizer()
    session = open_session(model, level)
    names = {node.name for node in session.get_inputs()}
    logits = np.empty((len(texts), len(artifact.load_labels())), dtype=np.float32)
    for row, text in enumerate(tqdm(texts, desc=description, unit="text")):
        encoded = tokenizer(text, truncation=True, return_tensors="np")
        feeds = {name: encoded[name].astype(np.int64) for name in names}
        logits[row] = session.run(["logits"], feeds)[0][0]
    return logits


def predict_as_shipped(artifact: Artifact, texts: Sequence[str]) -> NDArray[np.float32]:
    """Logits of each text, [n, labels], by the file that a page gets, opened as the page does."""
    with tempfile.TemporaryDirectory(prefix="shipped-") as folder:
        shipped = Path(folder) / artifact.onnx_quantized.name
        optimize_ahead(artifact.onnx_quantized, shipped)
        return predict(artifact, shipped, texts, level=SHIPPED_LEVEL, description="as shipped")

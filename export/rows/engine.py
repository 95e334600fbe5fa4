"""Token ids → logits by the shipped graph, texts of equal length together."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper
from onnx.utils import Extractor

from export.graph.ahead import SHIPPED_LEVEL
from export.graph.session import open_session

BATCH = 8
_PROBE_LENGTHS = (5, 19, 64)
_LOGITS = "logits"
_LAST_OF_A_LAYER = ("LayerNormalization", "SkipLayerNormalization")
Ids = Sequence[Sequence[int]]


class Engine:
    """The logits of one text at a time, bit for bit, at the price of a batch where that is true.

    Nothing is padded. In the encoder of a row-wise int8 graph a text gets the same bits beside
    others of its length as alone; for what follows, the mean and the last product, onnxruntime has
    other kernels when there is one text, so that this runs text by text. Whether it holds is tried
    on the graph at hand; where it does not (one scale for a whole activation), so do whole texts.

    Args:
        shipped: the graph, as a page gets it.
    """

    def __init__(self, shipped: bytes) -> None:
        self._whole = open_session(shipped, SHIPPED_LEVEL)
        self._names = [node.name for node in self._whole.get_inputs()]
        parts = _split(onnx.load_from_string(shipped))
        self._parts = [open_session(part, SHIPPED_LEVEL) for part in parts]
        self.batch = BATCH if self._parts and self._is_exact() else 1

    def logits(self, ids: Ids) -> NDArray[np.float32]:
        """[n, labels], in the order of ``ids``; n is at least one."""
        by_length: dict[int, list[int]] = defaultdict(list)
        for row, found in enumerate(ids):
            by_length[len(found)].append(row)
        answers: dict[int, NDArray[np.float32]] = {}
        for rows in by_length.values():
            for start in range(0, len(rows), self.batch):
                some = rows[start : start + self.batch]
                tokens = np.array([ids[row] for row in some], dtype=np.int64)
                answers.update(zip(some, self._run(tokens), strict=True))
        return np.stack([answers[row] for row in range(len(ids))])

    def _run(self, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        if len(tokens) == 1:
            return self._whole.run([_LOGITS], self._feeds(tokens))[0]
        encoder, head = self._parts
        (hidden,) = encoder.run(None, self._feeds(tokens))
        name = head.get_inputs()[0].name
        rows = [
            head.run([_LOGITS], {name: row[None], **self._feeds(ids[None])})[0]
            for row, ids in zip(hidden, tokens, strict=True)
        ]
        return np.concatenate(rows)

    def _feeds(self, tokens: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
        feeds = {"input_ids": tokens, "attention_mask": tokens**0, "token_type_ids": tokens * 0}
        return {name: feeds[name] for name in self._names}

    def _is_exact(self) -> bool:
        draw = np.random.default_rng(0)
        for length in _PROBE_LENGTHS:
            tokens = draw.integers(100, 1000, (BATCH, length))
            alone = np.concatenate([self._run(row[None]) for row in tokens])
            if not np.array_equal(self._run(tokens), alone):
                return False
        return True


def _split(model: onnx.ModelProto) -> tuple[bytes, bytes] | tuple[()]:
    """The encoder up to its last layer's output, and what makes logits of that; nothing if there
    is no such place.
    """
    last = [node for node in model.graph.node if node.op_type in _LAST_OF_A_LAYER]
    if not last or [output.name for output in model.graph.output] != [_LOGITS]:
        return ()
    hidden, inputs = last[-1].output[0], [node.name for node in model.graph.input]
    model.graph.value_info.append(
        helper.make_tensor_value_info(hidden, onnx.TensorProto.FLOAT, ["batch", "tokens", None])
    )
    parts = Extractor(model)
    encoder = parts.extract_model(inputs, [hidden])
    head = parts.extract_model([hidden, *inputs], [_LOGITS])
    return encoder.SerializeToString(), head.SerializeToString()

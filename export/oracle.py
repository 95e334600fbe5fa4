"""What Python says of texts, for JavaScript to reproduce: token ids, and int8 logits."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from export.graph import session as runtime
from training.run.artifact import Artifact


def token_ids(artifact: Artifact, texts: Sequence[str]) -> list[list[int]]:
    """Ids of each text as the model gets them: special tokens, truncation, no padding."""
    tokenizer = artifact.load_tokenizer()
    return [tokenizer(text, truncation=True)["input_ids"] for text in texts]


def int8_logits(artifact: Artifact, texts: Sequence[str]) -> NDArray[np.float32]:
    """Logits of the quantized model, [n, labels]."""
    return runtime.predict(artifact, artifact.onnx_quantized, texts, description="ONNX int8")


def margins(logits: NDArray[np.floating]) -> NDArray[np.floating]:
    """Distance between the two highest logits of each row, [n]."""
    highest = np.sort(logits, axis=1)[:, -2:]
    return highest[:, 1] - highest[:, 0]

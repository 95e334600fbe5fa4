"""torch: texts → logits."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm
from transformers import (
    AutoModelForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

import training.bases.pooling  # noqa: F401  (makes its class known to transformers)
from training.run.artifact import Artifact


def open_classifier(artifact: Artifact) -> PreTrainedModel:
    """The fine-tuned model in float32, ready to answer."""
    return AutoModelForSequenceClassification.from_pretrained(
        artifact.path, dtype=torch.float32
    ).eval()


def predict(
    artifact: Artifact, texts: Sequence[str], *, batch_size: int = 1, description: str = "torch"
) -> NDArray[np.float32]:
    """Logits of each text, [n, labels], in float32 on the CPU.

    With ``batch_size`` 1 there is no padding: a text meets the model as it does on the web page.
    Larger batches are grouped by length and give the same logits up to rounding.
    """
    tokenizer = artifact.load_tokenizer()
    model = open_classifier(artifact)
    return predict_with(model, tokenizer, texts, batch_size=batch_size, description=description)


def predict_with(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
    *,
    batch_size: int = 1,
    description: str = "torch",
) -> NDArray[np.float32]:
    """``predict`` with an opened model."""
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    logits = np.empty((len(texts), model.config.num_labels), dtype=np.float32)
    with torch.inference_mode(), tqdm(total=len(texts), desc=description, unit="text") as bar:
        for start in range(0, len(texts), batch_size):
            rows = order[start : start + batch_size]
            batch = tokenizer(
                [texts[i] for i in rows],
                truncation=True,
                padding=len(rows) > 1,
                return_tensors="pt",
            )
            logits[rows] = model(**batch).logits.numpy()
            bar.update(len(rows))
    return logits

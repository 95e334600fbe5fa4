"""The Hugging Face Trainer with soft targets, and what it is fed."""

from typing import Any

import numpy as np
import torch
from datasets import Dataset
from sklearn.metrics import accuracy_score
from torch import nn
from torch.nn.functional import cross_entropy
from transformers import (
    BatchEncoding,
    DataCollatorWithPadding,
    EvalPrediction,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
)

from training.fit.arguments import MACRO_F1
from training.fit.sampler import OrderedTrainer
from training.fit.seeds import Seeds
from training.measure.metrics import macro_f1
from training.run.config import TrainConfig


def build_trainer(
    recipe: TrainConfig,
    seeds: Seeds,
    arguments: TrainingArguments,
    train: Dataset,
    held_out: Dataset,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
) -> Trainer:
    """A Trainer that checkpoints each epoch; ``train`` and ``held_out`` are ``encode``d."""
    return _Trainer(
        batch_size=recipe.batch_size,
        seeds=seeds,
        model=model,
        args=arguments,
        train_dataset=train,
        eval_dataset=held_out,
        data_collator=DataCollatorWithPadding(tokenizer),
        processing_class=tokenizer,
        compute_metrics=_validation_metrics,
    )


class _Trainer(OrderedTrainer):
    """Takes soft targets."""

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | None = None,
    ) -> torch.Tensor | tuple[torch.Tensor, Any]:
        """Cross-entropy, with soft targets where there are any."""
        targets = inputs.pop("targets", None)
        if targets is None:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        outputs = model(**{name: value for name, value in inputs.items() if name != "labels"})
        smoothing = self.args.label_smoothing_factor
        loss = cross_entropy(outputs.logits, targets, label_smoothing=smoothing)
        return (loss, outputs) if return_outputs else loss


def encode(split: Dataset, tokenizer: PreTrainedTokenizerBase) -> Dataset:
    """Columns of ``split`` as the Trainer takes them.

    Args:
        split: ``text`` and ``label``; ``second``, if there, is read after the text as the other
            half of a pair (where it is not empty); ``targets``, if there, stay.
    """

    def tokenize(rows: dict[str, list]) -> BatchEncoding:
        if "second" not in rows:
            return tokenizer(rows["text"], truncation=True)
        pairs = zip(rows["text"], rows["second"], strict=True)
        encoded = [tokenizer(text, second or None, truncation=True) for text, second in pairs]
        return BatchEncoding({name: [e[name] for e in encoded] for name in encoded[0]})

    spent = [column for column in ("text", "second") if column in split.column_names]
    return split.map(tokenize, batched=True, remove_columns=spent, desc="tokenize").rename_column(
        "label", "labels"
    )


def _validation_metrics(prediction: EvalPrediction) -> dict[str, float]:
    logits, labels = prediction.predictions, prediction.label_ids
    predicted = np.argmax(logits, axis=1)
    return {
        MACRO_F1: macro_f1(predicted, labels, logits.shape[1]),
        "accuracy": float(accuracy_score(labels, predicted)),
    }

"""The Hugging Face Trainer, set up from a RunConfig."""

from pathlib import Path

import numpy as np
import torch
from datasets import Dataset
from sklearn.metrics import accuracy_score
from transformers import (
    DataCollatorWithPadding,
    EvalPrediction,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
)

from training.config import RunConfig
from training.data import LabelledData
from training.metrics import macro_f1

MACRO_F1 = "macro_f1"


def build_trainer(
    config: RunConfig,
    data: LabelledData,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    work: Path,
) -> Trainer:
    """A Trainer that checkpoints each epoch under ``work`` and ends with the best one loaded."""
    recipe = config.train
    bf16 = _bf16_is_fast()
    arguments = TrainingArguments(
        output_dir=str(work),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch_size,
        per_device_eval_batch_size=64,
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        warmup_ratio=recipe.warmup_ratio,
        label_smoothing_factor=recipe.label_smoothing,
        seed=recipe.seed,
        bf16=bf16,
        use_cpu=bf16 and not torch.cuda.is_available(),  # transformers asks for this with bf16
        group_by_length=True,
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model=MACRO_F1,
        logging_strategy="epoch",
        report_to="none",
        dataloader_pin_memory=torch.cuda.is_available(),
    )
    return Trainer(
        model=model,
        args=arguments,
        train_dataset=_encode(data.splits["train"], tokenizer),
        eval_dataset=_encode(data.splits["validation"], tokenizer),
        data_collator=DataCollatorWithPadding(tokenizer),
        processing_class=tokenizer,
        compute_metrics=_validation_metrics,
    )


def _encode(split: Dataset, tokenizer: PreTrainedTokenizerBase) -> Dataset:
    return split.map(
        lambda rows: tokenizer(rows["text"], truncation=True),
        batched=True,
        remove_columns=["text"],
        desc="tokenize",
    ).rename_column("label", "labels")


def _validation_metrics(prediction: EvalPrediction) -> dict[str, float]:
    logits, labels = prediction.predictions, prediction.label_ids
    predicted = np.argmax(logits, axis=1)
    return {
        MACRO_F1: macro_f1(predicted, labels, logits.shape[1]),
        "accuracy": float(accuracy_score(labels, predicted)),
    }


def _bf16_is_fast() -> bool:
    """Whether bf16 autocast wins: on GPUs and CPUs that multiply bf16 in hardware."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()

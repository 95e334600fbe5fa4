"""The Hugging Face Trainer, set up from a RunConfig."""

import os
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from datasets import Dataset
from sklearn.metrics import accuracy_score
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import BatchSampler, Sampler
from transformers import (
    BatchEncoding,
    DataCollatorWithPadding,
    EvalPrediction,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
)
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_pt_utils import LengthGroupedSampler
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from training.measure.metrics import macro_f1
from training.run.config import TrainConfig
from training.run.errors import InputError

MACRO_F1 = "macro_f1"


def training_arguments(recipe: TrainConfig, *, choose_epoch: bool = True) -> TrainingArguments:
    """The recipe in the Trainer's words; ``output_dir`` is still to be set.

    With ``choose_epoch`` the one with the best macro-F1 on validation is kept, else the last.
    Under ``torchrun`` the batch is shared out, so that the recipe means the same for any number of
    processes.

    Raises:
        InputError: the batch cannot be shared out evenly.
    """
    bf16 = _bf16_is_fast()
    on_cpu = not torch.cuda.is_available()
    gloo = on_cpu and dist.is_torchelastic_launched()
    if gloo:
        # Else accelerate calls it "cpu:0", and torch cannot load the optimizer's state to that.
        os.environ["ACCELERATE_TORCH_DEVICE"] = "cpu"
    arguments = TrainingArguments(
        num_train_epochs=recipe.epochs,
        per_device_eval_batch_size=64,
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        warmup_ratio=recipe.warmup_ratio,
        label_smoothing_factor=recipe.label_smoothing,
        seed=recipe.seed,
        bf16=bf16,
        use_cpu=on_cpu,
        ddp_backend="gloo" if gloo else None,
        ddp_find_unused_parameters=False,
        group_by_length=True,
        eval_strategy="epoch" if choose_epoch else "no",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=choose_epoch,
        metric_for_best_model=MACRO_F1,
        logging_strategy="epoch",
        report_to="none",
        remove_unused_columns=False,  # the soft targets are no argument of a model
        dataloader_pin_memory=not on_cpu,
    )
    processes = arguments.world_size
    if recipe.batch_size % processes:
        raise InputError(
            f"train.batch_size {recipe.batch_size} cannot be shared out to {processes} processes; "
            "choose a multiple"
        )
    arguments.per_device_train_batch_size = recipe.batch_size // processes
    return arguments


def drop_half_written(work: Path) -> None:
    """Make the folder of checkpoints, and remove what a killed run was still writing there."""
    work.mkdir(parents=True, exist_ok=True)
    for checkpoint in work.glob(f"{PREFIX_CHECKPOINT_DIR}-*"):
        # The Trainer writes its state last.
        if not (checkpoint / TRAINER_STATE_NAME).is_file():
            shutil.rmtree(checkpoint)


def build_trainer(
    recipe: TrainConfig,
    arguments: TrainingArguments,
    train: Dataset,
    held_out: Dataset,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
) -> Trainer:
    """A Trainer that checkpoints each epoch; ``train`` and ``held_out`` are ``encode``d."""
    return _Trainer(
        recipe=recipe,
        model=model,
        args=arguments,
        train_dataset=train,
        eval_dataset=held_out,
        data_collator=DataCollatorWithPadding(tokenizer),
        processing_class=tokenizer,
        compute_metrics=_validation_metrics,
    )


class _Trainer(Trainer):
    """Takes soft targets, and draws one order of the texts for all processes."""

    def __init__(self, recipe: TrainConfig, **settings: Any) -> None:
        super().__init__(**settings)
        self._recipe = recipe

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

    def _get_train_sampler(self, train_dataset: Dataset | None = None) -> Sampler:
        return _ShuffledBatches(
            self._recipe.batch_size,
            lengths=[len(ids) for ids in self.train_dataset["input_ids"]],
            generator=torch.Generator(),
            seed=self._recipe.seed,
        )

    def _get_eval_sampler(self, eval_dataset: Dataset) -> Sampler | None:
        # The stock one groups by length here, too, from each process's own random state: texts
        # would be left out of the figures that the epoch is chosen by. None is as they come.
        return super()._get_eval_sampler(eval_dataset) if self.args.world_size == 1 else None


class _ShuffledBatches(LengthGroupedSampler):
    """Batches of texts about as long as each other, in random order, the same in all processes.

    The stock sampler runs from long to short texts 50 batches at a time, which drives the weights
    to and fro. It also draws from each process's own random state; dropout moves these apart, and
    from the second epoch on some texts would be seen twice and others never.
    """

    def __init__(self, *settings: Any, seed: int, **named: Any) -> None:
        super().__init__(*settings, **named)
        self._seed = seed

    def set_epoch(self, epoch: int) -> None:
        """Called by accelerate; a resumed run draws what an undisturbed one would."""
        self.generator.manual_seed(self._seed + epoch)

    def __iter__(self) -> Iterator[int]:
        batches = list(BatchSampler(super().__iter__(), self.batch_size, drop_last=False))
        whole = len(self.lengths) // self.batch_size  # the rest, if any, stays last
        order = torch.randperm(whole, generator=self.generator).tolist()
        return chain.from_iterable([batches[i] for i in order] + batches[whole:])


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


def _bf16_is_fast() -> bool:
    """Whether bf16 autocast wins: on GPUs and CPUs that multiply bf16 in hardware."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()

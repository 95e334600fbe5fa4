"""A recipe in the words of the Hugging Face Trainer."""

import os

import torch
import torch.distributed as dist
from transformers import TrainingArguments

from training.run.config import TrainConfig
from training.run.errors import InputError

MACRO_F1 = "macro_f1"


def training_arguments(recipe: TrainConfig, *, choose_epoch: bool = True) -> TrainingArguments:
    """The recipe in the Trainer's words; ``output_dir`` is still to be set.

    With ``choose_epoch`` the one with the best macro-F1 on validation is kept, else the last.
    Under ``torchrun`` the batch is shared out, so that the recipe means the same for any number of
    processes.

    Raises:
        InputError: the batch cannot be shared out evenly, or one process sees several GPUs.
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
    if arguments.n_gpu > 1:  # the Trainer would give each of them a batch
        raise InputError(
            f"{arguments.n_gpu} GPUs are in sight of one process, which drives one; start it with "
            f"torchrun --nproc_per_node {arguments.n_gpu}, or set CUDA_VISIBLE_DEVICES=0"
        )
    processes = arguments.world_size
    if recipe.batch_size % processes:
        raise InputError(
            f"train.batch_size {recipe.batch_size} cannot be shared out to {processes} processes; "
            "choose a multiple"
        )
    arguments.per_device_train_batch_size = recipe.batch_size // processes
    return arguments


def _bf16_is_fast() -> bool:
    """Whether bf16 autocast wins: on GPUs and CPUs that multiply bf16 in hardware."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()

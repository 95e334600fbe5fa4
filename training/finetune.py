"""Fine-tune one encoder: config and data in, an artifact folder out."""

import hashlib
import json
import os
import random
import shutil
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from sklearn.metrics import accuracy_score
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    EvalPrediction,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_utils import get_last_checkpoint

from training.artifact import ARTIFACTS_DIR, Artifact
from training.bases import Base, resolve_base
from training.config import RunConfig
from training.data import LabelledData
from training.metrics import macro_f1
from training.records import commit, machine, timestamp, versions, write_json

_WORK_DIR = ".work"
_MACRO_F1 = "macro_f1"


def finetune(
    config: RunConfig, config_file: Path, data: LabelledData, artifacts_dir: Path = ARTIFACTS_DIR
) -> Artifact:
    """Fine-tune ``config.base`` on ``data`` and write ``artifacts_dir/<run>``.

    Epochs are checkpointed under ``artifacts_dir/.work``; a run that was killed goes on from the
    last one when config, data and base are still the same. The epoch with the best macro-F1 on
    validation is kept. An artifact of the same name is replaced only when the new one is complete.

    Raises:
        InputError: the base cannot be had.
    """
    config_text = config_file.read_text(encoding="utf-8")  # now: it may be edited while this runs
    base = resolve_base(config.base)
    work = _work_dir(artifacts_dir, config, data, base)
    set_seed(config.train.seed)
    tokenizer = AutoTokenizer.from_pretrained(base.path, model_max_length=config.train.max_length)
    model = _load_model(base, data.labels)
    trainer = _build_trainer(config, data, model, tokenizer, work)
    started = time.monotonic()
    checkpoint = get_last_checkpoint(str(work))
    trainer.train(resume_from_checkpoint=checkpoint)
    record = {
        "run": config.run,
        "config": config_file.name,
        "timestamp": timestamp(),
        "base": base.record(),
        "data": data.provenance.record(),
        "seed": config.train.seed,
        "bf16": trainer.args.bf16,
        "parameters": model.num_parameters(),
        "train_seconds": round(time.monotonic() - started, 1),
        "resumed": checkpoint is not None,
        "best_validation_macro_f1": trainer.state.best_metric,
        "history": _history(trainer.state.log_history),
        "commit": commit(),
        "machine": machine(),
        "versions": versions(),
    }
    artifact = _write_artifact(artifacts_dir / config.run, config_text, trainer.model, tokenizer, record)
    shutil.rmtree(work)
    return artifact


def _work_dir(artifacts_dir: Path, config: RunConfig, data: LabelledData, base: Base) -> Path:
    """The checkpoint folder of exactly this run: another recipe, text or base gets another one."""
    key = json.dumps([asdict(config.train), data.provenance.fingerprint, base.sha256])
    work = artifacts_dir / _WORK_DIR / f"{config.run}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    work.mkdir(parents=True, exist_ok=True)
    for half_written in work.glob("tmp-checkpoint-*"):
        shutil.rmtree(half_written)
    return work


def _load_model(base: Base, labels: list[str]) -> PreTrainedModel:
    return AutoModelForSequenceClassification.from_pretrained(
        base.path,
        dtype=torch.float32,
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
    )


def _build_trainer(
    config: RunConfig,
    data: LabelledData,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    work: Path,
) -> Trainer:
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
        metric_for_best_model=_MACRO_F1,
        logging_steps=50,
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
        _MACRO_F1: macro_f1(predicted, labels, logits.shape[1]),
        "accuracy": float(accuracy_score(labels, predicted)),
    }


def _bf16_is_fast() -> bool:
    """Whether bf16 autocast wins: on GPUs and CPUs that multiply bf16 in hardware."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()


def _history(log: list[dict[str, Any]]) -> list[dict[str, float]]:
    """One row an epoch: the last training loss before it and the validation figures."""
    rows, loss = [], None
    for entry in log:
        loss = entry.get("loss", loss)
        if f"eval_{_MACRO_F1}" in entry:
            rows.append(
                {
                    "epoch": entry["epoch"],
                    "train_loss": loss,
                    "validation_loss": entry["eval_loss"],
                    "validation_macro_f1": entry[f"eval_{_MACRO_F1}"],
                    "validation_accuracy": entry["eval_accuracy"],
                }
            )
    return rows


def _write_artifact(
    target: Path,
    config_text: str,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    record: dict[str, Any],
) -> Artifact:
    temporary = target.with_name(f".{target.name}.{random.SystemRandom().randrange(10**9)}.tmp")
    artifact = Artifact(temporary)
    try:
        model.half().save_pretrained(temporary)
        # Half precision is for the disk alone: loaders that obey the config compute in float32.
        settings = json.loads(artifact.model_config.read_text())
        write_json(artifact.model_config, settings | {"dtype": "float32"})
        tokenizer.save_pretrained(temporary)
        artifact.run_config.write_text(config_text, encoding="utf-8")
        write_json(artifact.training_record, record)
        if target.exists():
            shutil.rmtree(target)
        os.replace(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return Artifact(target)

"""A base of another shape, made from the packaged MiniLM and taught by it on unlabelled text.

After TinyBERT (Jiao et al., 2020): layers learn the teacher's hidden states, through a projection
where they are of another size, and its attention, compared as a distribution (MiniLM, Wang et al.,
2020).
"""

import hashlib
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch import Tensor, nn
from transformers import (
    AutoTokenizer,
    BertModel,
    DataCollatorWithPadding,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
    set_seed,
)

from training.bases.derived import MINILM_L12, TINYBERT, save_derived
from training.bases.packaged import MINILM, require_packaged
from training.bases.prune import prune_to_tinybert
from training.bases.stack import stack_twice
from training.bases.student import Student
from training.fit.arguments import training_arguments
from training.fit.checkpoints import last_checkpoint, training_key
from training.fit.distance import Distiller
from training.fit.sampler import OrderedTrainer
from training.fit.seeds import Seeds
from training.run.config import DistillConfig, TrainConfig
from training.run.errors import InputError
from training.run.files import code_sha256, sha256_of
from training.run.provenance import circumstances

_CODE = code_sha256(
    "training/bases/prune.py",
    "training/bases/stack.py",
    "training/bases/student.py",
    "training/fit/arguments.py",
    "training/fit/distance.py",
    "training/fit/distill.py",
    "training/fit/sampler.py",
    "training/fit/seeds.py",
)  # now: a file may be edited while this runs
_HELD_OUT = 0.02
_PRUNING_TEXTS = 128
_FEWEST_TEXTS = 100


def distill_base(
    base: str, texts: Sequence[str], source: str, config: DistillConfig, out: Path
) -> dict[str, Any]:
    """Write the base to ``out`` and return how it was made; ``derivation.json`` there says it too.

    Epochs are checkpointed beside ``out``; the same call after a kill goes on from the last one.
    With no epochs the base is only pruned or stacked.

    Args:
        base: whose shape it gets, TinyBERT's or MiniLM-L12's.
        texts: unlabelled, in any order; duplicates are dropped.
        source: what the texts are, for the record.

    Raises:
        InputError: too few texts, or the packaged MiniLM is not installed.
    """
    texts = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    if len(texts) < _FEWEST_TEXTS:
        raise InputError(f"{source}: {len(texts)} different texts; give at least {_FEWEST_TEXTS}")
    path = require_packaged(MINILM)
    recipe = _recipe(config)
    arguments = training_arguments(recipe)  # it joins the processes of torchrun
    tokenizer = AutoTokenizer.from_pretrained(path, model_max_length=config.max_length)
    teacher = BertModel.from_pretrained(path, attn_implementation="eager").eval()
    student, method = _student(base, teacher, tokenizer, texts)
    derivation = {
        "stands_for": base,
        "from": MINILM,
        "from_sha256": sha256_of(path / "model.safetensors"),
        "method": f"{method}, then distilled" if config.epochs else method,
        "layers": student.layers,
        "texts": {"source": source, "n": len(texts), "sha256": _sha256(texts)},
        "recipe": asdict(config),
    }
    work = out.parent / f".{out.name}-{training_key(derivation, _CODE, arguments)}"
    arguments.output_dir = str(work)
    checkpoint = last_checkpoint(work, arguments)
    set_seed(config.seed)
    trainer = _build(Distiller(student, teacher), texts, tokenizer, recipe, arguments)
    started = time.monotonic()
    if config.epochs:
        trainer.train(resume_from_checkpoint=checkpoint)
    else:
        trainer.evaluate()
    derivation |= {
        "held_out_loss": _losses(trainer),
        "seconds": round(time.monotonic() - started, 1),
        **circumstances(),
    }
    if trainer.is_world_process_zero():
        save_derived(student.model, path, derivation, out)
        shutil.rmtree(work)
    trainer.accelerator.wait_for_everyone()
    return derivation


def _student(
    base: str, teacher: BertModel, tokenizer: PreTrainedTokenizerBase, texts: list[str]
) -> tuple[Student, str]:
    """What is to learn, and how it was made."""
    if base == MINILM_L12:
        return stack_twice(teacher), "stacked"
    if base != TINYBERT:
        raise ValueError(f"no way to give a model the shape of '{base}'")
    sample = texts[:: max(1, len(texts) // _PRUNING_TEXTS)][:_PRUNING_TEXTS]
    batch = tokenizer(sample, truncation=True, padding=True, return_tensors="pt")
    return prune_to_tinybert(teacher, batch), "pruned"


class _DistillTrainer(OrderedTrainer):
    """The model is its own loss."""

    def compute_loss(self, model: nn.Module, inputs: dict[str, Tensor], **_: Any) -> Tensor:
        return model(**inputs)

    def prediction_step(
        self, model: nn.Module, inputs: dict[str, Tensor], *_: Any, **__: Any
    ) -> tuple[Tensor, None, None]:
        with torch.no_grad(), self.compute_loss_context_manager():
            loss = self.compute_loss(model, self._prepare_inputs(inputs))
        return loss, None, None


def _recipe(config: DistillConfig) -> TrainConfig:
    return TrainConfig(
        epochs=max(1, config.epochs),
        batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        label_smoothing=0.0,
        seed=config.seed,
    )


def _build(
    model: Distiller,
    texts: list[str],
    tokenizer: PreTrainedTokenizerBase,
    recipe: TrainConfig,
    arguments: TrainingArguments,
) -> Trainer:
    arguments.ddp_find_unused_parameters = True  # the pooler takes no part
    arguments.metric_for_best_model, arguments.greater_is_better = "loss", False
    arguments.eval_on_start = True
    encoded = Dataset.from_dict({"text": texts}).map(
        lambda rows: tokenizer(rows["text"], truncation=True),
        batched=True,
        remove_columns=["text"],
        desc="tokenize",
    )
    parts = encoded.train_test_split(test_size=_HELD_OUT, seed=recipe.seed)
    return _DistillTrainer(
        batch_size=recipe.batch_size,
        seeds=Seeds(recipe.seed),
        model=model,
        args=arguments,
        train_dataset=parts["train"],
        eval_dataset=parts["test"],
        data_collator=DataCollatorWithPadding(tokenizer),
        processing_class=tokenizer,
    )


def _losses(trainer: Trainer) -> list[dict[str, float]]:
    """Held-out loss by step; step 0 is what pruning or stacking alone gives."""
    evaluations = [entry for entry in trainer.state.log_history if "eval_loss" in entry]
    by_step = {entry["step"]: entry["eval_loss"] for entry in evaluations}
    return [{"step": step, "loss": loss} for step, loss in sorted(by_step.items())]


def _sha256(texts: list[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()

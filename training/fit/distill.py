"""A TinyBERT-shaped base, pruned from the packaged MiniLM and taught by it on unlabelled text.

After TinyBERT (Jiao et al., 2020): the layers that were kept learn the teacher's hidden states
through a projection, and its attention, compared as a distribution (MiniLM, Wang et al., 2020).
"""

import hashlib
import json
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
    set_seed,
)
from transformers.trainer_utils import get_last_checkpoint

from training.bases.derived import TINYBERT, save_derived
from training.bases.packaged import MINILM, require_packaged
from training.bases.prune import Pruned, prune_to_tinybert
from training.fit.arguments import training_arguments
from training.fit.checkpoints import drop_half_written
from training.run.config import DistillConfig, TrainConfig
from training.run.errors import InputError
from training.run.files import sha256_of
from training.run.provenance import circumstances

_HELD_OUT = 0.02
_PRUNING_TEXTS = 128
_FEWEST_TEXTS = 100


def distill_tinybert(
    texts: Sequence[str], source: str, config: DistillConfig, out: Path
) -> dict[str, Any]:
    """Write the base to ``out`` and return how it was made; ``derivation.json`` there says it too.

    Epochs are checkpointed beside ``out``; the same call after a kill goes on from the last one.
    With no epochs the base is only pruned.

    Args:
        texts: unlabelled, in any order; duplicates are dropped.
        source: what the texts are, for the record.

    Raises:
        InputError: too few texts, or the packaged MiniLM is not installed.
    """
    texts = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    if len(texts) < _FEWEST_TEXTS:
        raise InputError(f"{source}: {len(texts)} different texts; give at least {_FEWEST_TEXTS}")
    path = require_packaged(MINILM)
    tokenizer = AutoTokenizer.from_pretrained(path, model_max_length=config.max_length)
    teacher = BertModel.from_pretrained(path, attn_implementation="eager").eval()
    sample = texts[:: max(1, len(texts) // _PRUNING_TEXTS)][:_PRUNING_TEXTS]
    batch = tokenizer(sample, truncation=True, padding=True, return_tensors="pt")
    pruned = prune_to_tinybert(teacher, batch)
    derivation = {
        "stands_for": TINYBERT,
        "from": MINILM,
        "from_sha256": sha256_of(path / "model.safetensors"),
        "method": "pruned, then distilled" if config.epochs else "pruned",
        "layers": pruned.layers,
        "texts": {"source": source, "n": len(texts), "sha256": _sha256(texts)},
        "recipe": asdict(config),
    }
    work = out.parent / f".{out.name}-{_sha256([json.dumps(derivation)])[:12]}"
    drop_half_written(work)
    set_seed(config.seed)
    trainer = _build(_Distiller(pruned, teacher), texts, tokenizer, config, work)
    started = time.monotonic()
    if config.epochs:
        trainer.train(resume_from_checkpoint=get_last_checkpoint(str(work)))
    else:
        trainer.evaluate()
    derivation |= {
        "held_out_loss": _losses(trainer),
        "seconds": round(time.monotonic() - started, 1),
        **circumstances(),
    }
    save_derived(pruned.model, path, derivation, out)
    shutil.rmtree(work)
    return derivation


class _Distiller(nn.Module):
    """The student, and what tells how far it is from its teacher."""

    def __init__(self, pruned: Pruned, teacher: BertModel) -> None:
        super().__init__()
        self.student = pruned.model
        self.projection = nn.Linear(len(pruned.features), teacher.config.hidden_size)
        # To begin with, each feature stands for itself and those left out are zero.
        nn.init.zeros_(self.projection.bias)
        nn.init.zeros_(self.projection.weight)
        self.projection.weight.data[pruned.features, range(len(pruned.features))] = 1
        self._teacher = [teacher]  # in a list: not to be trained, moved or saved with the student
        # The last layer is what a classifier reads, so it learns from the teacher's last.
        self._layers = [*pruned.layers[:-1], teacher.config.num_hidden_layers - 1]

    def train(self, mode: bool = True) -> "_Distiller":
        super().train(mode)
        self.student.eval()  # dropout would only blur what is to be matched
        return self

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Distance in hidden states (embeddings included) plus distance in attention, a scalar."""
        batch = {
            "input_ids": input_ids,
            "attention_mask": attention_mask,
            "token_type_ids": token_type_ids,
            "output_hidden_states": True,
            "output_attentions": True,
        }
        with torch.no_grad():
            theirs = self._teacher[0](**batch)
        ours = self.student(**batch)
        real = attention_mask.bool()
        hidden = [
            _relative_error(self.projection(ours.hidden_states[i]), theirs.hidden_states[j], real)
            for i, j in enumerate([0, *(layer + 1 for layer in self._layers)])
        ]
        attention = [
            _divergence(ours.attentions[i], theirs.attentions[j], real)
            for i, j in enumerate(self._layers)
        ]
        return torch.stack(hidden).mean() + torch.stack(attention).mean()


def _relative_error(ours: Tensor, theirs: Tensor, real: Tensor) -> Tensor:
    """Squared distance of hidden states as a share of the teacher's square; padding left out."""
    ours, theirs = ours[real].float(), theirs[real].float()
    return (ours - theirs).square().sum() / theirs.square().sum()


def _divergence(ours: Tensor, theirs: Tensor, real: Tensor) -> Tensor:
    """Mean KL divergence in nats of attention, [batch, heads, queries, keys], over real queries."""
    ours, theirs = (a.transpose(1, 2)[real].float().clamp_min(1e-9) for a in (ours, theirs))
    return (theirs * (theirs.log() - ours.log())).sum(dim=-1).mean()


class _DistillTrainer(Trainer):
    """The model is its own loss."""

    def compute_loss(self, model: nn.Module, inputs: dict[str, Tensor], **_: Any) -> Tensor:
        return model(**inputs)

    def prediction_step(
        self, model: nn.Module, inputs: dict[str, Tensor], *_: Any, **__: Any
    ) -> tuple[Tensor, None, None]:
        with torch.no_grad(), self.compute_loss_context_manager():
            loss = self.compute_loss(model, self._prepare_inputs(inputs))
        return loss, None, None


def _build(
    model: _Distiller,
    texts: list[str],
    tokenizer: PreTrainedTokenizerBase,
    config: DistillConfig,
    work: Path,
) -> Trainer:
    recipe = TrainConfig(
        epochs=max(1, config.epochs),
        batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        label_smoothing=0.0,
        seed=config.seed,
    )
    arguments = training_arguments(recipe)
    arguments.output_dir = str(work)
    arguments.metric_for_best_model, arguments.greater_is_better = "loss", False
    arguments.eval_on_start = True
    encoded = Dataset.from_dict({"text": texts}).map(
        lambda rows: tokenizer(rows["text"], truncation=True),
        batched=True,
        remove_columns=["text"],
        desc="tokenize",
    )
    parts = encoded.train_test_split(test_size=_HELD_OUT, seed=config.seed)
    return _DistillTrainer(
        model=model,
        args=arguments,
        train_dataset=parts["train"],
        eval_dataset=parts["test"],
        data_collator=DataCollatorWithPadding(tokenizer),
        processing_class=tokenizer,
    )


def _losses(trainer: Trainer) -> list[dict[str, float]]:
    """Held-out loss by step; step 0 is what pruning alone gives."""
    evaluations = [entry for entry in trainer.state.log_history if "eval_loss" in entry]
    by_step = {entry["step"]: entry["eval_loss"] for entry in evaluations}
    return [{"step": step, "loss": loss} for step, loss in sorted(by_step.items())]


def _sha256(texts: list[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()

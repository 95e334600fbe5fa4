"""Encoders that classify the mean of their hidden states, as sentence encoders are pretrained.

transformers' own classifiers read the first token, some through a pooler, which such a checkpoint
never trained. A copy of this file goes into each artifact that needs it, so that transformers
finds the classes there (``trust_remote_code=True``).
"""

import inspect
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    BertModel,
    DistilBertModel,
    ElectraModel,
    MPNetModel,
    PretrainedConfig,
    PreTrainedModel,
    RobertaModel,
    XLMRobertaModel,
)
from transformers.modeling_outputs import SequenceClassifierOutput

# Before the model type of the encoder: as a plain one the weights would mean nothing.
MEAN_POOLED = "mean-pooled-"
_DROPOUTS = ("classifier_dropout", "seq_classif_dropout", "hidden_dropout_prob")


class _MeanPooled:
    """Encoder, mean over the tokens that are no padding (Reimers and Gurevych, 2019), linear."""

    encoder_class: ClassVar[type[PreTrainedModel]]
    _keys_to_ignore_on_load_unexpected: ClassVar = [r"pooler\.", r"position_ids"]

    def __init__(self, config: PretrainedConfig) -> None:
        super().__init__(config)
        self.num_labels = config.num_labels
        options = inspect.signature(self.encoder_class).parameters
        pooler = {"add_pooling_layer": False} if "add_pooling_layer" in options else {}
        setattr(self, self.base_model_prefix, self.encoder_class(config, **pooler))
        rates = (getattr(config, name, None) for name in _DROPOUTS)
        self.dropout = nn.Dropout(next(rate for rate in rates if rate is not None))
        self.classifier = nn.Linear(config.hidden_size, config.num_labels)
        self.post_init()

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        labels: torch.Tensor | None = None,
        return_dict: bool | None = None,
    ) -> SequenceClassifierOutput:
        """Logits [batch, labels]; with ``labels`` [batch] the cross-entropy, too."""
        return self._classify(labels, input_ids=input_ids, attention_mask=attention_mask)

    def _classify(
        self, labels: torch.Tensor | None, **inputs: torch.Tensor | None
    ) -> SequenceClassifierOutput:
        hidden = self.base_model(**inputs).last_hidden_state
        mask = inputs["attention_mask"][..., None].to(hidden.dtype)
        mean = (hidden * mask).sum(dim=1) / mask.sum(dim=1)
        logits = self.classifier(self.dropout(mean))
        loss = None if labels is None else nn.functional.cross_entropy(logits, labels)
        return SequenceClassifierOutput(loss=loss, logits=logits)


class _MeanPooledWithTypes(_MeanPooled):
    """The same of an encoder that takes token types: who reads the signature must find them."""

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
        return_dict: bool | None = None,
    ) -> SequenceClassifierOutput:
        """Logits [batch, labels]; with ``labels`` [batch] the cross-entropy, too."""
        return self._classify(
            labels,
            input_ids=input_ids,
            attention_mask=attention_mask,
            token_type_ids=token_type_ids,
        )


_POOLED: dict[str, tuple[type[PretrainedConfig], type[PreTrainedModel]]] = {}


def _pool(encoder: type[PreTrainedModel]) -> tuple[type[PretrainedConfig], type[PreTrainedModel]]:
    """The encoder's settings and its classifier under names of their own, known to the autos."""
    name = f"MeanPooled{encoder.__name__.removesuffix('Model')}"
    kind = encoder.config_class.model_type
    config = type(
        f"{name}Config",
        (encoder.config_class,),
        {"__module__": __name__, "model_type": MEAN_POOLED + kind},
    )
    typed = "token_type_ids" in inspect.signature(encoder.forward).parameters
    # Of the encoder's family: what a layer starts from and where attention is, stands there.
    family = next(base for base in encoder.__mro__[1:] if issubclass(base, PreTrainedModel))
    model = type(
        f"{name}ForSequenceClassification",
        (_MeanPooledWithTypes if typed else _MeanPooled, family),
        {"__module__": __name__, "config_class": config, "encoder_class": encoder},
    )
    AutoConfig.register(config.model_type, config, exist_ok=True)
    AutoModelForSequenceClassification.register(config, model, exist_ok=True)
    config.register_for_auto_class()
    model.register_for_auto_class(AutoModelForSequenceClassification.__name__)
    _POOLED[kind] = config, model
    return config, model


# By name: an artifact's config.json says which of them to look for in its copy of this file.
MeanPooledBertConfig, MeanPooledBertForSequenceClassification = _pool(BertModel)
MeanPooledDistilBertConfig, MeanPooledDistilBertForSequenceClassification = _pool(DistilBertModel)
MeanPooledElectraConfig, MeanPooledElectraForSequenceClassification = _pool(ElectraModel)
MeanPooledMPNetConfig, MeanPooledMPNetForSequenceClassification = _pool(MPNetModel)
MeanPooledRobertaConfig, MeanPooledRobertaForSequenceClassification = _pool(RobertaModel)
MeanPooledXLMRobertaConfig, MeanPooledXLMRobertaForSequenceClassification = _pool(XLMRobertaModel)


def open_mean_pooled(
    path: Path, names: dict[str, Any], **settings: Any
) -> tuple[PreTrainedModel, dict[str, Any]]:
    """A checkpoint with a new head, and what ``from_pretrained`` says of its loading.

    Args:
        names: ``id2label`` and ``label2id``.

    Raises:
        ValueError: the encoder is none of those that can be pooled here.
    """
    found = AutoConfig.from_pretrained(path)
    if found.model_type not in _POOLED:
        raise ValueError(f"pooling 'mean' takes {', '.join(_POOLED)}, this is '{found.model_type}'")
    config_class, model_class = _POOLED[found.model_type]
    known = {k: v for k, v in found.to_dict().items() if k not in {"model_type", *names}}
    return model_class.from_pretrained(path, config=config_class(**known, **names), **settings)

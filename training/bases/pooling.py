"""BERT that classifies the mean of its hidden states, as sentence encoders are pretrained.

transformers' own BERT classifier reads the first token through a pooler, which such a checkpoint
never trained. A copy of this file goes into each artifact that needs it, so that transformers
finds the class there (``trust_remote_code=True``).
"""

from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    BertConfig,
    BertModel,
    BertPreTrainedModel,
)
from transformers.modeling_outputs import SequenceClassifierOutput


class MeanPooledBertConfig(BertConfig):
    """BERT's settings under a name of their own: as plain BERT the weights would mean nothing."""

    model_type = "mean-pooled-bert"


class MeanPooledBertForSequenceClassification(BertPreTrainedModel):
    """Encoder, mean over the tokens that are no padding (Reimers and Gurevych, 2019), linear."""

    config_class = MeanPooledBertConfig
    _keys_to_ignore_on_load_unexpected: ClassVar = [r"pooler\.", r"position_ids"]

    def __init__(self, config: MeanPooledBertConfig) -> None:
        super().__init__(config)
        self.num_labels = config.num_labels
        self.bert = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(config.classifier_dropout or config.hidden_dropout_prob)
        self.classifier = nn.Linear(config.hidden_size, config.num_labels)
        self.post_init()

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
        return_dict: bool | None = None,
    ) -> SequenceClassifierOutput:
        """Logits [batch, labels]; with ``labels`` [batch] the cross-entropy, too."""
        hidden = self.bert(
            input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask[..., None].to(hidden.dtype)
        mean = (hidden * mask).sum(dim=1) / mask.sum(dim=1)
        logits = self.classifier(self.dropout(mean))
        loss = None if labels is None else nn.functional.cross_entropy(logits, labels)
        return SequenceClassifierOutput(loss=loss, logits=logits)


def open_mean_pooled(
    path: Path, names: dict[str, Any], **settings: Any
) -> tuple[MeanPooledBertForSequenceClassification, dict[str, Any]]:
    """A BERT checkpoint with a new head, and what ``from_pretrained`` says of its loading.

    Args:
        names: ``id2label`` and ``label2id``.

    Raises:
        ValueError: the checkpoint is no BERT.
    """
    found = AutoConfig.from_pretrained(path)
    if found.model_type != BertConfig.model_type:
        raise ValueError(f"pooling 'mean' takes a BERT, this is '{found.model_type}'")
    known = {k: v for k, v in found.to_dict().items() if k not in {"model_type", *names}}
    config = MeanPooledBertConfig(**known, **names)
    return MeanPooledBertForSequenceClassification.from_pretrained(path, config=config, **settings)


AutoConfig.register(MeanPooledBertConfig.model_type, MeanPooledBertConfig, exist_ok=True)
AutoModelForSequenceClassification.register(
    MeanPooledBertConfig, MeanPooledBertForSequenceClassification, exist_ok=True
)
MeanPooledBertConfig.register_for_auto_class()
MeanPooledBertForSequenceClassification.register_for_auto_class(
    AutoModelForSequenceClassification.__name__
)

"""What several tests of bases start from."""

import io
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel


class _Transformer(nn.Module):
    """sentence-transformers' first module: the encoder under the name that it has there."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.auto_model = bert

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.auto_model(input_ids, attention_mask=attention_mask).last_hidden_state


class _Exported(nn.Module):
    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.model = nn.ModuleList([_Transformer(bert)])

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.model[0](input_ids, attention_mask)


@pytest.fixture
def exported_bert() -> Callable[[], bytes]:
    """Makes the ONNX file of a random MiniLM of three layers, its tensors named by the exporter."""

    def make() -> bytes:
        torch.manual_seed(0)
        config = BertConfig(
            vocab_size=30522,
            hidden_size=64,
            num_hidden_layers=3,
            num_attention_heads=2,
            intermediate_size=96,
            # Larger than usual: a matrix that was not transposed must show.
            initializer_range=0.3,
            attn_implementation="eager",
        )
        bert = BertModel(config, add_pooling_layer=False).eval()
        with torch.no_grad():
            for parameter in bert.parameters():
                parameter += 0.1 * torch.randn_like(parameter)  # biases and norms, too
        content = io.BytesIO()
        ids = torch.arange(5, 17).view(2, 6)
        axes = {name: {0: "batch", 1: "length"} for name in ("input_ids", "attention_mask")}
        torch.onnx.export(
            _Exported(bert),
            (ids, torch.ones_like(ids)),
            content,
            input_names=list(axes),
            output_names=["output"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        return content.getvalue()

    return make

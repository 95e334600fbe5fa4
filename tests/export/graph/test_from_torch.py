"""Export and quantization on a tiny run: what is written, what is refused, what is done again."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from export.graph import from_torch as to_onnx
from export.graph import session as runtime
from export.graph.exported import is_exported
from export.graph.from_torch import ExportError, export_onnx, pick_texts
from export.int8.quantize import QuantizationError, count_quantized, quantize
from export.int8.quantized import is_quantized
from tests.tiny import Made
from training.data.load import LabelledData
from training.measure import predict as torch_runtime
from training.run.config import QuantizeConfig
from training.run.files import ROOT


def test_the_exported_graph_computes_what_torch_computes(
    exported: Made, sample_data: LabelledData
) -> None:
    texts = [*sample_data.splits["test"]["text"], "", "word " * 500]
    expected = torch_runtime.predict(exported.artifact, texts)
    actual = runtime.predict(exported.artifact, exported.artifact.onnx, texts)
    np.testing.assert_allclose(actual, expected, atol=to_onnx.MAX_LOGIT_DIFFERENCE)


def test_an_export_that_differs_from_torch_leaves_nothing_new(
    exported: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact = exported.copy()
    before = sorted(path.name for path in artifact.onnx_dir.iterdir())
    content = artifact.onnx.read_bytes()
    honest = runtime.predict
    monkeypatch.setattr(
        runtime, "predict", lambda *args, **options: honest(*args, **options) + np.float32(2e-4)
    )
    with pytest.raises(ExportError, match=r"differ from torch by 2\.\d+e-04"):
        export_onnx(artifact, ["some text", "another"])
    assert sorted(path.name for path in artifact.onnx_dir.iterdir()) == before
    assert artifact.onnx.read_bytes() == content


def test_not_a_number_is_a_difference(exported: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    artifact = exported.copy()
    monkeypatch.setattr(
        runtime, "predict", lambda _a, _m, texts, **_: np.full((len(texts), 32), np.nan)
    )
    with pytest.raises(ExportError):
        export_onnx(artifact, ["some text"])


def test_checked_texts_are_spread_over_the_lengths() -> None:
    texts = [("x" * n) for n in range(1, 1001)]
    picked = [len(text) for text in pick_texts(texts)]
    assert len(picked) == 64 and picked[0] == 1 and picked[-1] == 1000
    assert max(np.diff(picked)) < 20
    assert pick_texts(["b", "a"]) == ["a", "b"]


def test_int8_is_counted_smaller_and_close(exported: Made, sample_data: LabelledData) -> None:
    artifact = exported.artifact
    counts = count_quantized(artifact.onnx_quantized)
    assert (
        counts == json.loads((artifact.onnx_dir / "quantize.json").read_text())["quantized_nodes"]
    )
    # Each of two layers: query, key, value, output and two of the feed-forward network, and the
    # two products of attention; then pooler and classifier.
    assert counts["MatMulInteger"] == 2 * 8 + 2
    assert counts["DequantizeLinear"] >= 1
    assert artifact.onnx_quantized.stat().st_size < 0.3 * artifact.onnx.stat().st_size
    texts = sample_data.splits["test"]["text"]
    fp32 = runtime.predict(artifact, artifact.onnx, texts)
    int8 = runtime.predict(artifact, artifact.onnx_quantized, texts)
    assert 0 < np.abs(fp32 - int8).max() < 0.5


def test_embeddings_are_stored_in_eight_bits(exported: Made) -> None:
    graph = onnx.load(exported.artifact.onnx_quantized).graph
    large = [tensor for tensor in graph.initializer if np.prod(tensor.dims) >= 30522 * 32]
    (embeddings,) = large
    assert embeddings.data_type in (onnx.TensorProto.INT8, onnx.TensorProto.UINT8)


def test_a_graph_without_quantized_nodes_is_counted_as_such(exported: Made) -> None:
    assert count_quantized(exported.artifact.onnx) == {}


BAD_SCHEMES = {
    "nothing to quantize": (QuantizeConfig(operators=["Conv"]), "no node was quantized"),
    "too large": (QuantizeConfig(max_megabytes=0.1), r"over the limit of 0\.1 MB"),
}


@pytest.mark.parametrize("case", BAD_SCHEMES)
def test_a_scheme_that_fails_leaves_the_previous_file(exported: Made, case: str) -> None:
    scheme, message = BAD_SCHEMES[case]
    artifact = exported.copy()
    content = artifact.onnx_quantized.read_bytes()
    before = sorted(path.name for path in artifact.onnx_dir.iterdir())
    with pytest.raises(QuantizationError, match=message):
        quantize(artifact, scheme)
    assert artifact.onnx_quantized.read_bytes() == content
    assert sorted(path.name for path in artifact.onnx_dir.iterdir()) == before


def test_stages_are_fresh_until_their_input_or_output_changes(exported: Made) -> None:
    artifact, config = exported.copy(), exported.artifact.load_config().quantize
    assert is_exported(artifact) and is_quantized(artifact, config)
    assert not is_quantized(artifact, replace(config, per_channel=False))
    _append(artifact.onnx_quantized)
    assert is_exported(artifact) and not is_quantized(artifact, config)
    _append(artifact.weights)
    assert not is_exported(artifact)


def test_what_feeds_and_names_the_graph_is_an_input(exported: Made) -> None:
    artifact, config = exported.copy(), exported.artifact.load_config().quantize
    inputs = {
        artifact.model_config: (False, True),
        artifact.tokenizer: (False, False),
        artifact.tokenizer_config: (False, False),  # which holds the limit of length
    }
    for path, expected in inputs.items():
        content = path.read_text()
        path.write_text(content + "\n")
        assert (is_exported(artifact), is_quantized(artifact, config)) == expected, path.name
        path.write_text(content)
    assert is_exported(artifact) and is_quantized(artifact, config)


def test_what_other_code_made_is_not_fresh(
    exported: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact, config = exported.artifact, exported.artifact.load_config().quantize
    for package in ("export", "training"):
        unread = shutil.ignore_patterns("artifacts", "node_modules", "__pycache__", "*.json")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=unread)
    monkeypatch.setattr("training.run.files.ROOT", tmp_path)
    assert is_exported(artifact) and is_quantized(artifact, config)
    for name, expected in (
        ("export/site/build.py", (True, True)),
        ("export/int8/slim.py", (True, False)),
        ("training/bases/pooling.py", (False, False)),
    ):
        _append(tmp_path / name)
        assert (is_exported(artifact), is_quantized(artifact, config)) == expected, name


def test_an_export_cut_short_is_not_fresh(exported: Made) -> None:
    artifact = exported.copy()
    artifact.onnx.write_bytes(artifact.onnx.read_bytes()[:-1])
    assert not is_exported(artifact)
    (artifact.onnx_dir / "export.json").write_text("{")
    assert not is_exported(artifact)


def test_the_same_weights_give_the_same_bytes(exported: Made, sample_data: LabelledData) -> None:
    artifact = exported.copy()
    onnx_bytes, int8_bytes = artifact.onnx.read_bytes(), artifact.onnx_quantized.read_bytes()
    artifact.onnx.unlink()
    artifact.onnx_quantized.unlink()
    export_onnx(artifact, sample_data.splits["validation"]["text"])
    quantize(artifact, artifact.load_config().quantize)
    assert artifact.onnx.read_bytes() == onnx_bytes
    assert artifact.onnx_quantized.read_bytes() == int8_bytes


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\0")

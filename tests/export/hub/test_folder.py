"""What is written, and over what."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from huggingface_hub import ModelCard
from safetensors.numpy import load_file

from export.hub import folder as folders
from export.hub.folder import RECORD, require_free, write_folder
from export.hub.padding import with_mask
from tests.tiny import Made
from training.measure.temperature import Temperature
from training.run.artifact import Artifact
from training.run.errors import CheckError, InputError
from training.run.files import describe_file, read_json

FILES = {
    "README.md", "config.json", "export.json", "model.safetensors", "onnx/model.onnx",
    "onnx/model_quantized.onnx", "pooling.py", "special_tokens_map.json", "tokenizer.json",
    "tokenizer_config.json", "vocab.txt",
}  # fmt: skip


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_the_folder_is_laid_out_as_on_the_hub(given: Artifact, pooled_run: Artifact) -> None:
    assert names(given.path) == FILES
    assert given.onnx.read_bytes() == pooled_run.onnx.read_bytes()
    record = read_json(given.path / RECORD)
    assert record["run"] == "pooled"
    assert set(record["files"]) == FILES - {RECORD}
    for name, facts in record["files"].items():
        assert facts == describe_file(given.path / name)
    modes = {(given.path / name).stat().st_mode & 0o777 for name in FILES}
    assert modes == {given.model_config.stat().st_mode & 0o777}


def test_the_record_says_how_near_each_file_is(given: Artifact) -> None:
    agreement = read_json(given.path / RECORD)["agreement"]
    assert agreement["n"] == 256
    for way in ("alone", "in_batches"):
        assert agreement["model.onnx"][way]["logit_rms"] < 1e-4
        assert agreement["model.onnx"][way]["agreement"] == 1
        assert 0 < agreement["model_quantized.onnx"][way]["logit_rms"] < 0.05


def test_metadata_and_snippets_are_those_of_the_run(given: Artifact) -> None:
    card = ModelCard(given.card.read_text())
    facts = card.data.to_dict()
    assert facts["language"] == "en" and facts["pipeline_tag"] == "text-classification"
    assert facts["tags"] == ["onnx", "transformers.js", "custom_code"]
    assert "base_model" not in facts  # the base of this run is a folder
    assert "hub_id" not in str(facts) and "datasets" not in facts
    accuracy, f1 = card.data.eval_results
    assert (accuracy.metric_type, f1.metric_name) == ("accuracy", "Macro-F1")
    metrics = json.loads((given.path / "config.json").read_text())
    assert len(metrics["id2label"]) == 32
    assert 'pipeline("text-classification", "pooled", trust_remote_code=True)' in card.text
    assert card.text.count("```python") == 2 and card.text.count("```js") == 1
    assert "| `onnx/model_quantized.onnx` |" in card.text
    assert "divide the logits" not in card.text  # it was not calibrated
    assert "## Results" in card.text and "## Limits" in card.text


def test_a_run_with_a_class_of_transformers_is_copied_as_it_is(
    exported: Made, tmp_path: Path
) -> None:
    artifact = exported.copy()
    artifact.card.write_text(
        "---\nlicense: mit\n---\n\n# tiny\n\n```python\nold\n```\n\n## Results\n"
    )
    write_folder(artifact, tmp_path / "deep" / "plain")
    made = Artifact(tmp_path / "deep" / "plain")
    for name in ("model.safetensors", "config.json", "onnx/model.onnx"):
        assert (made.path / name).read_bytes() == (artifact.path / name).read_bytes()
    # onnxruntime's own int8 takes a mask already.
    assert made.onnx_quantized.read_bytes() == artifact.onnx_quantized.read_bytes()
    assert not (made.path / "pooling.py").exists()
    text = made.card.read_text()
    assert "trust_remote_code" not in text and "custom_code" not in text and "old" not in text
    assert "language" not in text and "license: mit" in text


def test_a_folder_written_here_is_replaced_and_no_other(
    given: Artifact, pooled_run: Artifact, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(given.path, tmp_path / "out"))
    require_free(out)
    require_free(tmp_path / "new")
    (tmp_path / "empty").mkdir()
    require_free(tmp_path / "empty")
    (out / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"out: holds notes\.txt, not written here; give an empty"):
        write_folder(pooled_run, out)
    assert (out / "notes.txt").read_text() == "mine"
    # The run itself has the same names in it, and more.
    with pytest.raises(InputError, match="not written here"):
        require_free(pooled_run.path)
    with pytest.raises(InputError, match=r"README\.md: is a file"):
        require_free(given.card)


def test_a_mask_that_changes_answers_is_found_before_anything_is_written(
    given: Artifact, pooled_run: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = Path(shutil.copytree(given.path, tmp_path / "out"))
    before = {name: (out / name).read_bytes() for name in names(out)}

    def wrong(graph: onnx.ModelProto) -> onnx.ModelProto:
        made = with_mask(graph)
        attention = [node for node in made.graph.node if node.op_type == "MultiHeadAttention"]
        for node in attention:
            del node.input[4:]
        return made

    monkeypatch.setattr(folders, "with_mask", wrong)
    with pytest.raises(CheckError, match=r"with an attention mask, in batches, its logits move by"):
        write_folder(pooled_run, out)
    assert {name: (out / name).read_bytes() for name in names(out)} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_run_without_a_card_is_told_what_to_do(pooled_run: Artifact, tmp_path: Path) -> None:
    artifact = Artifact(Path(shutil.copytree(pooled_run.path, tmp_path / "run")))
    artifact.card.unlink()
    with pytest.raises(InputError, match=r"README\.md: not there yet; run scripts/evaluate\.py"):
        write_folder(artifact, tmp_path / "out")
    artifact.card.write_text("---\nlicense: mit\n---\n\n# By hand\n")
    with pytest.raises(InputError, match=r"not as scripts/evaluate\.py writes it"):
        write_folder(artifact, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_probabilities_can_be_read_off_a_calibrated_run(
    pooled_run: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted = Temperature(0.7654, 0.25).record()
    monkeypatch.setattr("export.hub.card.present_calibration", lambda _: fitted)
    write_folder(pooled_run, tmp_path / "out")
    card = (tmp_path / "out" / "README.md").read_text()
    assert "divide the logits of a text by 0.765 · (H / ln K)^0.250" in card


def test_weights_are_those_of_the_run_and_one_that_is_empty(
    given: Artifact, pooled_run: Artifact
) -> None:
    ours, theirs = load_file(pooled_run.weights), load_file(given.weights)
    assert {name: tensor.size for name, tensor in theirs.items() if name not in ours} == {
        "bert.pooler.dense.bias": 0
    }
    for name, tensor in ours.items():
        np.testing.assert_array_equal(theirs[name], tensor)

"""A card says what the present records say, and nothing of others."""

import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from tests.export.site.card.conftest import edit
from tests.training.report.made_up import MODELS, make_record, write_run
from training.run.artifact import Artifact
from training.run.errors import InputError
from training.run.files import read_json, sha256_of

Collect = Callable[[Artifact], dict[str, Any]]


def test_of_a_run_without_further_records_parts_are_left_out(
    bare: Artifact, facts_of: Collect
) -> None:
    facts = facts_of(bare)
    for part in ("scores", "classes", "confusion", "runs", "native", "robustness"):
        assert not facts[part], part
    assert [row["key"] for row in facts["runtimes"]] == list(facts["parity"]["results"])
    assert facts["reliability"]["split"] == "test"
    assert set(facts["records"]) == {"parity", "calibration"}


def test_all_records_of_the_present_files_are_there(full: Artifact, facts_of: Collect) -> None:
    facts = facts_of(full)
    record = read_json(full.metrics("test"))
    assert facts["scores"]["test"].macro_f1 == record["macro_f1"]
    assert facts["robustness"]["behaviour"]["n"] == 388
    best, *_, worst = facts["classes"]
    assert best["f1"] == max(record["per_class_f1"]) and worst["f1"] == min(record["per_class_f1"])
    assert (
        best["support"] == record["per_class_support"][record["label_names"].index(best["label"])]
    )
    assert len(facts["engines"]) == 3
    assert facts["native"]["times"]["ONNX, 8-bit integers"].p50 > 0


@pytest.mark.parametrize("changed", ["weights", "onnx_quantized"])
def test_records_of_other_files_are_left_out(
    full: Artifact, facts_of: Collect, changed: str
) -> None:
    getattr(full, changed).write_bytes(b"others")
    facts = facts_of(full)
    assert (not facts["scores"] and not facts["runs"]) == (changed == "weights")
    assert (facts["robustness"] is None) == (changed == "onnx_quantized")
    assert facts["native"] is None


def test_metrics_of_other_labels_are_left_out(full: Artifact, facts_of: Collect) -> None:
    names = {str(i): f"team {i}" for i in range(32)}
    edit(full.model_config, id2label=names)
    assert facts_of(full)["scores"] == {}


def test_a_broken_record_of_the_present_weights_is_an_error(
    full: Artifact, facts_of: Collect
) -> None:
    edit(full.metrics("test"), accuracy="good")
    with pytest.raises(InputError, match=r"test_metrics\.json: 'accuracy': "):
        facts_of(full)


def test_the_confusion_is_told_whole(full: Artifact, facts_of: Collect) -> None:
    confusion = facts_of(full)["confusion"]
    for row, counts in zip(confusion["rows"], confusion["matrix"], strict=True):
        told = sum(count for count, _ in row["taken_for"])
        assert row["texts"] == sum(counts) == row["right"] + told
        assert [count for count, _ in row["taken_for"]] == sorted(
            (count for count, _ in row["taken_for"]), reverse=True
        )
    count, truth, answer = confusion["commonest"]
    names = confusion["labels"]
    assert confusion["matrix"][names.index(truth)][names.index(answer)] == count
    off = [n for i, row in enumerate(confusion["matrix"]) for j, n in enumerate(row) if i != j]
    assert count == max(off)


def test_other_runs_stand_beside_it_by_validation_and_published_figures_last(
    full: Artifact, facts_of: Collect
) -> None:
    rows = facts_of(full)["runs"]
    assert [row["run"] for row in rows if row["this"]] == [full.name]
    measured = [row for row in rows if row["kind"] != "published"]
    scores = [row["validation_macro_f1"] for row in measured]
    assert scores == sorted(scores, reverse=True)
    assert rows[len(measured) :] and all(
        row["kind"] == "published" for row in rows[len(measured) :]
    )
    timed = {row["run"] for row in rows if row["onnx_int8_ms"]}
    (mine,) = (row["measurement"] for row in rows if row["this"])
    assert timed == {row["run"] for row in measured if row["measurement"] == mine} > {full.name}


def test_trials_and_runs_of_other_texts_do_not_get_into_the_card(
    full: Artifact, facts_of: Collect
) -> None:
    def measured() -> set[str]:
        rows = facts_of(full)["runs"]
        return {row["run"] for row in rows if row["kind"] != "published"}

    before, others = measured(), full.path.parent
    shutil.copytree(others / "minilm_v2", others / "my_trial")
    edit(others / "minilm_v1" / "test_metrics.json", data={"id": "other", "fingerprint": "0"})
    (others / "tinybert_v1" / "test_metrics.json").write_text("{")
    assert measured() == before - {"minilm_v1", "tinybert_v1"}


def test_a_run_alone_is_not_compared(bare: Artifact, facts_of: Collect) -> None:
    record = make_record(MODELS[1], names=bare.load_labels())
    record |= {"weights_sha256": sha256_of(bare.weights), "run": bare.name}
    record.pop("cost")
    write_run(bare.path.parent, json.loads(json.dumps(record)), bare.name)
    facts = facts_of(bare)
    assert facts["scores"] and facts["runs"] == []
    assert facts["native"] is None

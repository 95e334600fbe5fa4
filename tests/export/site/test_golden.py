"""Golden texts: many and of all kinds, nobody's data, answered as the shipped file answers."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from export.graph.ahead import optimize_ahead
from export.graph.session import predict_as_shipped
from export.site import golden
from export.site.golden import DIGITS, golden_record, golden_texts
from export.site.page import graph_facts
from tests.conftest import DATA_DIR, needs_data
from training.data.readers import read_records
from training.run.artifact import Artifact
from training.run.files import read_json


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return golden_texts(128)


def test_they_are_about_two_hundred_and_all_different(texts: list[str]) -> None:
    assert 190 <= len(texts) <= 230
    assert len(set(texts)) == len(texts)
    assert golden_texts(128) == texts != golden_texts(32)
    for text in texts:
        text.encode("utf-8")  # no half of a pair, which a file cannot hold


def test_they_are_of_the_kinds_that_go_wrong(texts: list[str], browser_artifact: Artifact) -> None:
    everything = "".join(texts)
    for character in "\0\x7f\u200d\ufeff\u0301é漢𠀀🙂Σשह\t\n":
        assert character in everything, repr(character)
    assert {"", " "} < set(texts)
    lengths = [len(ids) for ids in browser_artifact.token_ids(texts)]
    assert {2, 3, 126, 127, 128} <= set(lengths)
    whole = browser_artifact.load_tokenizer()(texts, truncation=False)["input_ids"]
    truncated = [len(ids) for ids in whole if len(ids) > 128]
    assert 129 in truncated and max(truncated) > 1000 and 5 < len(truncated) < 30


def test_answers_are_those_of_the_shipped_file_text_by_text(
    passed: Artifact, tmp_path: Path
) -> None:
    shipped = tmp_path / "shipped.onnx"
    optimize_ahead(passed.onnx_quantized, shipped)
    rows = golden_record(passed, shipped)["texts"]
    texts = [row["text"] for row in rows]
    logits = predict_as_shipped(passed, texts)
    assert np.abs(logits - np.array([row["logits"] for row in rows])).max() <= 10**-DIGITS
    assert [row["label"] for row in rows] == logits.argmax(axis=1).tolist()
    assert [row["ids"] for row in rows] == passed.token_ids(texts)
    assert max(len(row["ids"]) for row in rows) == 32


def test_answers_are_kept_until_model_or_texts_are_others(
    passed: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact = Artifact(Path(shutil.copytree(passed.path, tmp_path / passed.name)))
    shipped = tmp_path / "shipped.onnx"
    optimize_ahead(artifact.onnx_quantized, shipped)
    measured: list[int] = []
    answers = golden._answers

    def counted(*arguments: Any) -> list[dict[str, Any]]:
        measured.append(1)
        return answers(*arguments)

    monkeypatch.setattr(golden, "_answers", counted)
    artifact.golden.unlink(missing_ok=True)
    first = golden_record(artifact, shipped)
    assert golden_record(artifact, shipped) == first and len(measured) == 1
    changes: list[Callable[[], object]] = [
        lambda: artifact.golden.write_text("{}"),
        lambda: artifact.onnx_quantized.write_bytes(artifact.onnx_quantized.read_bytes() + b"\0"),
        lambda: monkeypatch.setattr(golden, "golden_texts", lambda _: ["another"]),
        lambda: monkeypatch.setattr(golden, "graph_facts", lambda: {"onnxruntime": "another"}),
    ]
    for times, change in enumerate(changes, start=2):
        change()
        golden_record(artifact, shipped)
        assert len(measured) == times


def test_the_committed_answers_are_of_the_committed_run(
    browser_artifact: Artifact, texts: list[str]
) -> None:
    record = read_json(browser_artifact.golden)
    assert [row["text"] for row in record["texts"]] == texts
    assert record["graph_optimization"] == graph_facts()
    parity = read_json(browser_artifact.parity)
    assert record["files"] == {name: parity["files"][name] for name in record["files"]}
    assert [row["ids"] for row in record["texts"]] == browser_artifact.token_ids(texts)


def normalized(text: str) -> str:
    return " ".join(text.casefold().split())


@needs_data
def test_none_of_them_is_a_row_of_the_data(texts: list[str]) -> None:
    """Nor what was said about one: no cell of its files holds one of them."""
    cells = {
        normalized(cell)
        for file in Path(DATA_DIR or "").glob("*.csv")
        for _, record in read_records(file)
        for cell in record.values()
        if isinstance(cell, str)
    }
    assert len(cells) > 80_000
    # A word or a number alone, and what has neither, is nobody's.
    assert [t for t in texts if len(t.split()) > 1 and normalized(t) in cells] == []

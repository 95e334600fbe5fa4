"""Golden texts: many and of all kinds, nobody's data, answered as the shipped file answers."""

from pathlib import Path

import numpy as np
import pytest

from export.graph.ahead import optimize_ahead
from export.graph.session import predict_as_shipped
from export.site.golden import DIGITS, golden_record, golden_texts
from tests.conftest import needs_data
from training.data.load import LabelledData
from training.run.artifact import Artifact


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


def normalized(text: str) -> str:
    return " ".join(text.casefold().split())


@needs_data
def test_none_of_them_is_a_row_of_the_data(texts: list[str], real_data: LabelledData) -> None:
    rows = {normalized(text) for split in real_data.splits.values() for text in split["text"]}
    assert len(rows) > 20_000
    assert [text for text in texts if normalized(text) in rows - {""}] == []

"""Texts of a given length, and what their times become."""

from pathlib import Path
from typing import Any

import pytest

from export.bench.contenders import OURS, PEER
from export.bench.growth import GROWING, PEER_KEY, cut_texts, measure_growth
from export.bench.growth_plot import bytes_sentence, growth_table, write_growth
from export.pipeline import StaleStages
from tests.conftest import SAMPLE_DIR
from tests.tiny import TOKENIZER, Made
from training.data.load import LabelledData
from training.run.errors import InputError


@pytest.mark.parametrize("length", [4, 8, 32, 128])
def test_texts_have_exactly_so_many_tokens(sample_data: LabelledData, length: int) -> None:
    texts = list(sample_data.splits["test"]["text"])
    found = cut_texts(TOKENIZER, texts, length, 10)
    assert [len(ids) for ids in TOKENIZER.token_ids(found)] == [length] * 10
    assert len(set(found)) > 5
    assert all(any(text.startswith(cut[:10]) for text in texts) for cut in found)


def test_too_few_texts_are_told() -> None:
    with pytest.raises(InputError, match=r"only 1 texts of 8 tokens .* wanted 2.* lower --texts"):
        cut_texts(TOKENIZER, ["I was so happy about the cake"], 8, 2)


def median(value: float) -> dict[str, Any]:
    return {"median": value, "runs": [value]}


@pytest.fixture
def record() -> dict[str, Any]:
    def facts(name: str, threads: int, factor: float) -> dict[str, Any]:
        tokens = {str(n): {"p50_ms": median(factor * n)} for n in (4, 128)}
        rate = median(100 / factor)
        return {"name": name, "threads": threads, "tokens": tokens, "texts_per_second": rate}

    return {
        "run": "small",
        "peer": {"run": "large"},
        "n": 30,
        "natural_texts": 210,
        "split": "test",
        "repeats": 5,
        "browser": "Chromium 1.2",
        "machine": {"processor": "Some", "cores": 2},
        "web_versions": {PEER: "4.3.1"},
        "contenders": {OURS: facts("this page, int8", 1, 0.5), PEER_KEY: facts("peer, int8", 2, 1)},
    }


def test_the_table_says_what_the_record_says(record: dict[str, Any]) -> None:
    lines = growth_table(record).splitlines()
    assert lines[2:4] == [
        "| this page, int8 | 1 | 2.0 | 64.0 | 200 |",
        "| peer, int8 | 2 | 4.0 | 128.0 | 100 |",
    ]
    assert "30 texts of each length" in lines[-1] and "(q8) of large" in lines[-1]


def test_a_megabyte_has_its_price() -> None:
    ours = {"cold_bytes": median(20e6), "slow_ms": median(5000)}
    peer = {"cold_bytes": median(50e6), "slow_ms": median(10000)}
    assert bytes_sentence({"contenders": {OURS: ours, PEER_KEY: peer}}) == (
        "Over a line of 50 Mbit/s a first answer takes 5.00 s for 20.0 MB in this page "
        "(0.250 s a MB) and 10.00 s for 50.0 MB in the peer (0.200 s a MB)."
    )


def test_the_picture_is_the_same_each_time(record: dict[str, Any], tmp_path: Path) -> None:
    first = write_growth(record, tmp_path / "a.svg").read_text()
    assert first == write_growth(record, tmp_path / "b.svg").read_text()
    record["contenders"][OURS]["tokens"]["4"]["p50_ms"] = median(50)
    assert first != write_growth(record, tmp_path / "c.svg").read_text()


@pytest.mark.slow
def test_a_small_run_measures_everything(exported: Made) -> None:
    stages = StaleStages(exported.copy(), SAMPLE_DIR)
    record = measure_growth(stages, stages, 2, 1)
    assert record["contenders"].keys() == GROWING.keys()
    for facts in record["contenders"].values():
        assert list(facts["tokens"]) == ["4", "8", "16", "32"]  # the tiny model reads no more
        assert all(row["p50_ms"]["median"] > 0 for row in facts["tokens"].values())
        assert facts["texts_per_second"]["median"] > 0
    assert record["contenders"][OURS]["threads"] == 1
    assert record["contenders"]["ours_int8_isolated"]["threads"] > 1
    assert growth_table(record)

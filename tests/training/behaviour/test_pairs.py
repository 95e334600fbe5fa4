import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.behaviour.pairs import (
    EXAMPLES,
    PAIRS_FILE,
    Pair,
    behaviour_record,
    judge,
    load_pairs,
)
from training.run.artifact import ARTIFACTS_DIR, BROWSER_RUN, Artifact
from training.run.errors import InputError

NAMES = ["calm", "glad", "sad"]
SAME = {"capability": "c", "test": "same", "first": "One.", "second": "Two."}
NOT = SAME | {"test": "not", "labels": ["sad"]}
TURNS = SAME | {"test": "turns", "first_labels": ["glad"], "second_labels": ["sad", "calm"]}


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{x if isinstance(x, str) else json.dumps(x)}\n" for x in lines))
    return path


def probabilities(*answers: str) -> np.ndarray:
    """[n, labels]; no answer is sure, so that only the likeliest label can decide."""
    return 0.3 + 0.1 * np.eye(len(NAMES))[[NAMES.index(answer) for answer in answers]]


@pytest.fixture(scope="module")
def bundled() -> list[Pair]:
    return load_pairs(PAIRS_FILE, Artifact(ARTIFACTS_DIR / BROWSER_RUN).load_labels())


def test_the_bundled_pairs_are_many_and_of_every_test(bundled: list[Pair]) -> None:
    assert len(bundled) >= 300
    assert {pair.test for pair in bundled} == {"same", "not", "turns"}
    sizes = Counter(pair.capability for pair in bundled)
    assert len(sizes) >= 10 and min(sizes.values()) >= 10


def test_the_bundled_texts_differ_from_each_other(bundled: list[Pair]) -> None:
    texts = [text for pair in bundled for text in (pair.first, pair.second)]
    assert [text for text, count in Counter(texts).items() if count > 1] == []
    assert [text for text in texts if not text.strip() or text != text.strip()] == []


def test_the_bundled_pairs_can_fail(bundled: list[Pair]) -> None:
    """A model that gives every text one answer fails all turns: their labels are disjoint."""
    for pair in bundled:
        assert not set(pair.first_labels) & set(pair.second_labels)
        for labels in (pair.labels, pair.first_labels, pair.second_labels):
            assert len(set(labels)) == len(labels) <= 16


def test_pairs_are_read_in_order(tmp_path: Path) -> None:
    path = write(tmp_path / "pairs.jsonl", TURNS, SAME, NOT)
    turns, same, negated = load_pairs(path, NAMES)
    assert turns == Pair("c", "turns", "One.", "Two.", (), ("glad",), ("sad", "calm"))
    assert same == Pair("c", "same", "One.", "Two.")
    assert negated == Pair("c", "not", "One.", "Two.", ("sad",))


BAD_LINES = {
    "no JSON": ('{"capability": ', "not JSON"),
    "no object": ([1], "not a JSON object"),
    "unknown field": (SAME | {"labels": ["sad"]}, "unknown field 'labels' for the test 'same'"),
    "misspelt field": (SAME | {"secnod": "x"}, "unknown field 'secnod'"),
    "missing text": ({"capability": "c", "test": "same", "first": "One."}, "no column 'second'"),
    "text of another kind": (SAME | {"first": 3}, "'first' holds 3, which is not text"),
    "unknown test": (SAME | {"test": "equal"}, "unknown test 'equal'; give same, not, turns"),
    "unknown label": (NOT | {"labels": ["sad", "sda"]}, "unknown label 'sda' in 'labels'"),
    "labels of another kind": (NOT | {"labels": "sad"}, "'labels' must be a list"),
    "no labels": (TURNS | {"second_labels": []}, "'second_labels' must be a list"),
    "missing labels": (SAME | {"test": "not"}, "'labels' must be a list"),
}


@pytest.mark.parametrize("case", BAD_LINES)
def test_a_bad_line_is_named(case: str, tmp_path: Path) -> None:
    line, words = BAD_LINES[case]
    path = write(tmp_path / "pairs.jsonl", SAME, line)
    with pytest.raises(InputError) as error:
        load_pairs(path, NAMES)
    assert str(error.value).startswith(f"{path}, line 2: ")
    assert words in str(error.value)


def test_a_file_without_pairs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no pair"):
        load_pairs(write(tmp_path / "pairs.jsonl"), NAMES)
    with pytest.raises(InputError, match="no such file"):
        load_pairs(tmp_path / "absent.jsonl", NAMES)


# test, answer to the first text, answer to the second, whether that passes
VERDICTS = [
    (SAME, "glad", "glad", True),
    (SAME, "glad", "calm", False),
    (NOT, "sad", "sad", False),
    (NOT, "sad", "glad", True),
    (NOT, "glad", "sad", False),
    (TURNS, "glad", "sad", True),
    (TURNS, "glad", "calm", True),
    (TURNS, "sad", "sad", False),
    (TURNS, "glad", "glad", False),
    (TURNS, "sad", "glad", False),
]


@pytest.mark.parametrize(("pair", "first", "second", "passes"), VERDICTS)
def test_verdicts(pair: dict, first: str, second: str, passes: bool) -> None:
    verdict = judge([Pair(**pair)], probabilities(first), probabilities(second), NAMES)
    assert verdict == [passes]


@given(rows=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1))
def test_same_passes_exactly_where_the_answers_are_equal(rows: list[tuple[str, str]]) -> None:
    first, second = zip(*rows, strict=True)
    verdicts = judge(
        [Pair(**SAME)] * len(rows), probabilities(*first), probabilities(*second), NAMES
    )
    assert verdicts == [a == b for a, b in rows]


def test_pairs_and_answers_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="zip"):
        judge([Pair(**SAME)] * 2, probabilities("sad"), probabilities("sad"), NAMES)


def test_the_record_counts_by_capability_and_shows_the_first_failures() -> None:
    turns = [Pair(**TURNS | {"capability": "outcome", "first": f"Text {i}."}) for i in range(5)]
    same = [Pair(**SAME | {"capability": "names"})] * 2
    first = probabilities("glad", "sad", "sad", "sad", "sad", "calm", "calm")
    second = probabilities("sad", "sad", "glad", "calm", "sad", "calm", "sad")
    record = behaviour_record(turns + same, first, second, NAMES)
    assert (record["n"], record["passed"]) == (7, 2)
    assert record["pass_rate"] == pytest.approx(2 / 7)
    outcome, names = record["capabilities"].values()
    assert list(record["capabilities"]) == ["outcome", "names"]
    assert (outcome["n"], outcome["passed"], outcome["pass_rate"]) == (5, 1, 0.2)
    assert (names["n"], names["passed"], names["pass_rate"]) == (2, 1, 0.5)
    shown = [failure["first"] for failure in outcome["failures"]]
    assert shown == ["Text 1.", "Text 2.", "Text 3."] and len(shown) == EXAMPLES
    assert json.loads(json.dumps(outcome["failures"][1])) == {
        "test": "turns",
        "first": "Text 2.",
        "second": "Two.",
        "first_labels": ["glad"],
        "second_labels": ["sad", "calm"],
        "first_answer": "sad",
        "second_answer": "glad",
    }
    assert [failure["second_answer"] for failure in names["failures"]] == ["sad"]

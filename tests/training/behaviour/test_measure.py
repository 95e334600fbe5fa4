from collections.abc import Callable

import numpy as np
import pytest

from training.behaviour.measure import (
    LONG_WORDS,
    MIN_TEXTS_FOR_F1,
    ORIGINAL,
    measure,
    own_texts,
    table,
)
from training.behaviour.pairs import Pair
from training.behaviour.perturb import PERTURBATIONS
from training.measure.metrics import macro_f1
from training.run.artifact import ARTIFACTS_DIR, BROWSER_RUN, Artifact
from training.run.errors import CheckError

NAMES = ["calm", "glad", "sad"]
# No perturbation but the case and the preamble finds anything to do in the last two.
TEXTS = ["I am glad today.", "My dog is so sad", "no", "12 34"]
LABELS = np.array([1, 2, 0, 0])


class Model:
    """Says "glad" or "sad" where the text does, in small letters, else "calm"; counts its calls."""

    def __init__(self) -> None:
        self.seen: list[list[str]] = []

    def __call__(self, texts: list[str]) -> np.ndarray:
        self.seen.append(list(texts))
        answers = [2 if "sad" in text else int("glad" in text) for text in texts]
        return 3.0 * np.eye(len(NAMES))[answers]


def run(
    predict: Callable[[list[str]], np.ndarray] | None = None,
    texts: list[str] = TEXTS,
    labels: np.ndarray = LABELS,
    **more: object,
) -> dict:
    options = {"sample": None, "pairs": None} | more
    return measure(predict or Model(), texts, labels, NAMES, **options)


def test_the_answers_to_changed_texts_are_compared_with_those_to_the_original() -> None:
    rows = run(labels=np.array([1, 2, 0, 1]))["perturbations"]
    assert list(rows) == [ORIGINAL, *PERTURBATIONS]
    assert all(row["n"] == 4 and row["description"] for row in rows.values())
    original = rows[ORIGINAL]
    assert (original["accuracy"], original["agreement"], original["changed"]) == (0.75, 1.0, 0.0)
    assert original["agreement_of_changed"] is None
    # Capitals hide both words from this model: it answers "calm" four times.
    shouted = rows["upper_case"]
    assert (shouted["accuracy"], shouted["agreement"], shouted["changed"]) == (0.25, 0.5, 0.75)
    assert shouted["agreement_of_changed"] == pytest.approx(1 / 3)
    calm = macro_f1(np.zeros(4, dtype=int), np.array([1, 2, 0, 1]), 3)
    assert shouted["macro_f1"] == pytest.approx(calm) != original["macro_f1"]
    for name in ("lower_case", "no_punctuation", "third_person", "with_preamble"):
        assert rows[name]["agreement"] == 1.0
        assert rows[name]["macro_f1"] == original["macro_f1"]


def test_only_texts_that_changed_are_run_again() -> None:
    model = Model()
    rows = run(model)["perturbations"]
    expected = [TEXTS]
    for name, perturb in PERTURBATIONS.items():
        changed = [perturb(text) for text in TEXTS if perturb(text) != text]
        assert rows[name]["changed"] == len(changed) / len(TEXTS)
        expected.append(changed)
    assert model.seen[: len(expected)] == expected
    assert 0 < rows["one_typo"]["changed"] < 1 and rows["with_preamble"]["changed"] == 1


def test_nothing_is_run_where_nothing_changed() -> None:
    model = Model()
    rows = run(model, ["1 2", "3"], np.array([0, 0]))["perturbations"]
    assert {name for name in rows if rows[name]["changed"]} == {"with_preamble"}
    assert [] not in model.seen


def test_lengths_are_counted_in_words() -> None:
    counts = [1, 5, 6, 10, 11, 20, 21, 40, 41, 300]
    texts = [" ".join(["glad"] + ["x"] * (count - 1)) for count in counts]
    labels = np.array([1, 1, 1, 0, 0, 0, 1, 0, 1, 1])
    lengths = run(texts=texts, labels=labels)["lengths"]
    assert list(lengths) == ["1–5", "6–10", "11–20", "21–40", "41+"]
    assert [bucket["n"] for bucket in lengths.values()] == [2] * 5
    assert [bucket["accuracy"] for bucket in lengths.values()] == [1, 0.5, 0, 0.5, 1]


def test_a_bucket_has_a_macro_f1_only_when_it_holds_enough_texts() -> None:
    few = ["sad"] * (MIN_TEXTS_FOR_F1 - 1)
    enough = ["glad and so on and on"] * MIN_TEXTS_FOR_F1
    labels = np.array([2] * len(few) + [1, 2] * (len(enough) // 2))
    lengths = run(texts=few + enough, labels=labels)["lengths"]
    assert lengths["1–5"] == {"n": 49, "accuracy": 1.0}
    given = np.ones(len(enough), dtype=int)
    assert lengths["6–10"]["macro_f1"] == pytest.approx(macro_f1(given, labels[len(few) :], 3))
    assert lengths["41+"] == {"n": 0}


def test_odd_inputs_have_an_answer() -> None:
    model = Model()
    extremes = run(model)["extremes"]
    (long_name,) = [name for name in extremes if f"{LONG_WORDS:,}" in name]
    sure = float(np.exp(3) / (np.exp(3) + 2))
    assert extremes[long_name] == {
        "answer": "sad",
        "probability": pytest.approx(sure),
        "finite": True,
    }
    assert {extremes[name]["answer"] for name in extremes if name != long_name} == {"calm"}
    given = dict(zip(extremes, model.seen[-1], strict=True))
    assert len(given["one character"]) == 1 and len(given["one word"].split()) == 1
    assert not any(character.isalnum() for character in given["emoji only"])
    assert len(given[long_name].split()) == LONG_WORDS
    assert given[long_name].startswith(" ".join(TEXTS)) and given[long_name].count(TEXTS[1]) > 50


PLACES = {
    "sad": "the texts",
    "THIS": "upper_case",
    "😀": "odd inputs",
    "hands": "the sample",
    "pair": "the pairs",
}


@pytest.mark.parametrize("word", PLACES)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_no_number_ends_it_wherever_it_comes_up(word: str, value: float) -> None:
    def broken(texts: list[str]) -> np.ndarray:
        logits = Model()(texts)
        logits[[word in text for text in texts], 0] = value
        return logits

    texts, labels = [*TEXTS, "this one"], np.array([*LABELS, 0])
    more = {
        "sample": (["other hands"], np.array([0])),
        "pairs": [Pair("names", "same", "a pair", "two")],
    }
    with pytest.raises(CheckError, match=f"^{PLACES[word]}: .* not finite for 1 of "):
        run(broken, texts, labels, **more)


def test_texts_by_other_hands() -> None:
    texts, labels = ["glad of it", "sad", "well", "well"], np.array([1, 2, 0, 2])
    scores = run(sample=(texts, labels))["sample"]
    assert (scores["n"], scores["accuracy"], scores["top3_accuracy"]) == (4, 0.75, 1.0)
    assert scores["macro_f1"] == pytest.approx(macro_f1(np.array([1, 2, 0, 0]), labels, 3))
    low, high = scores["macro_f1_ci95"]
    assert low <= scores["macro_f1"] <= high


def test_pairs_are_judged_by_the_models_answers() -> None:
    pairs = [
        Pair("outcome", "turns", "so glad", "so sad", (), ("glad",), ("sad",)),
        Pair("outcome", "turns", "so sad", "so glad", (), ("glad",), ("sad",)),
        Pair("names", "same", "Ann is sad", "Bea is sad"),
        Pair("names", "same", "Ann is sad", "Bea is SAD"),
        Pair("negation", "not", "sad", "not sad", ("sad",)),
    ]
    found = run(pairs=pairs)["behaviour"]
    assert (found["n"], found["passed"]) == (5, 2)
    rates = {name: entry["pass_rate"] for name, entry in found["capabilities"].items()}
    assert rates == {"outcome": 0.5, "names": 0.5, "negation": 0.0}
    (failure,) = found["capabilities"]["names"]["failures"]
    assert (failure["first_answer"], failure["second_answer"]) == ("sad", "calm")


def test_another_task_has_no_sample_and_no_pairs() -> None:
    assert own_texts(NAMES) is None
    assert {"sample", "behaviour"}.isdisjoint(run())


def test_own_texts_follow_the_order_of_the_labels() -> None:
    names = Artifact(ARTIFACTS_DIR / BROWSER_RUN).load_labels()
    (texts, labels), pairs = own_texts(names)
    (again, turned), _ = own_texts(names[::-1])
    assert len(texts) == len(labels) >= 100 and len(pairs) >= 300
    assert again == texts
    assert [names[label] for label in labels] == [names[::-1][label] for label in turned]
    assert set(labels) == set(range(len(names)))


def test_the_table_is_aligned_and_complete() -> None:
    pairs = [Pair("names", "same", "Ann is sad", "Bea is SAD")]
    record = run(sample=(["sad"], np.array([2])), pairs=pairs)
    tables = table(record).split("\n\n")
    assert len(tables) == 4
    for lines in map(str.splitlines, tables):
        assert len({len(line) for line in lines}) == 1
    words = {line.split("  ")[0].strip() for line in table(record).splitlines()}
    assert {ORIGINAL, *PERTURBATIONS, *record["lengths"], *record["extremes"]} <= words
    assert {"by other hands", "names", "all"} <= words
    (shouted,) = [line for line in tables[0].splitlines() if line.startswith("upper_case")]
    assert shouted.split()[1:] == ["0.5000", "0.2222", "0.5000", "75.0%"]
    assert len(table(run()).split("\n\n")) == 3

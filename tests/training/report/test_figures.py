"""The figures behind the report, against their definitions."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.training.report.made_up import MODELS, make_record, write_run
from training.measure.baselines import TFIDF
from training.measure.bootstrap import macro_f1_difference_interval, resampled_scores
from training.report.agreement import disagreements, majority_vote, together
from training.report.calibration import calibrated, calibration
from training.report.classes import confusions, extremes, hard_for_all
from training.report.load import Run, load_runs
from training.report.paired import compare_pairs, mcnemar
from training.report.record import Record
from training.report.table import efficiency, run_row
from training.run.artifact import ARTIFACTS_DIR, BROWSER_RUN

CLASSES = 4
ANSWERS = hnp.arrays(np.int64, 30, elements=st.integers(0, CLASSES - 1))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, ...]:
    folder = tmp_path_factory.mktemp("runs")
    for model in MODELS:
        write_run(folder, make_record(model))
    return load_runs((), folder)[0]


def answering(name: str, predictions: np.ndarray, labels: np.ndarray) -> Run:
    """A run that is nothing but its answers."""
    hits = np.zeros((CLASSES, CLASSES), dtype=int)
    np.add.at(hits, (labels, predictions), 1)
    values: dict[str, Any] = {
        "n": len(labels),
        "label_names": list("abcd"),
        "labels": labels.tolist(),
        "predictions": predictions.tolist(),
        "confidences": [0.5] * len(labels),
        "confusion_matrix": hits.tolist(),
        "accuracy": float(np.mean(predictions == labels)),
        "macro_f1": 0.5,
    }
    record = object.__new__(Record)
    for key, value in values.items():
        object.__setattr__(record, key, value)
    return Run(name, Path(name), record)


def test_each_pair_has_the_interval_of_its_difference(runs: tuple[Run, ...]) -> None:
    labels, classes = runs[0].labels, len(runs[0].record.label_names)
    scores = resampled_scores({run.name: run.predictions for run in runs}, labels, classes)
    pairs = {(pair["a"], pair["b"]): pair for pair in compare_pairs(runs, scores, scores)}
    assert len(pairs) == len(runs) * (len(runs) - 1) / 2
    a, b = runs[0], runs[2]
    ours = pairs[a.name, b.name]["macro_f1"]["ci95"]
    assert ours == pytest.approx(
        macro_f1_difference_interval(a.predictions, b.predictions, labels, classes)
    )
    # Their answers on validation are those to test over again.
    assert pairs[a.name, b.name]["validation"] == pairs[a.name, b.name]["macro_f1"]


def test_a_model_against_itself_is_no_difference(runs: tuple[Run, ...]) -> None:
    twin = Run("twin", runs[0].path, runs[0].record)
    both = [runs[0], twin]
    answers = {run.name: run.predictions for run in both}
    scores = resampled_scores(answers, runs[0].labels, 32)
    (pair,) = compare_pairs(both, scores, {})
    assert pair["validation"] is None, "the twin has no record of validation"
    for key in ("macro_f1", "accuracy"):
        expected = {"difference": 0.0, "ci95": [0.0, 0.0], "p": 1.0, "beyond_chance": False}
        assert pair[key] == expected
    assert pair["mcnemar"] == {"only_a": 0, "only_b": 0, "p": 1.0}


def test_mcnemar_counts_what_only_one_has_right() -> None:
    labels = np.zeros(20, dtype=int)
    a, b = np.ones(20, dtype=int), np.ones(20, dtype=int)
    a[:10], b[8:11] = 0, 0
    result = mcnemar(a, b, labels)
    assert (result["only_a"], result["only_b"]) == (8, 1)
    assert result["p"] == pytest.approx(2 * (1 + 9) / 2**9)  # two tails of nine throws of a coin


@settings(max_examples=50)
@given(labels=ANSWERS, a=ANSWERS, b=ANSWERS, c=ANSWERS)
def test_every_text_is_counted_once(
    labels: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray
) -> None:
    runs = [answering(name, p, labels) for name, p in (("a", a), ("b", b), ("c", c))]
    for row in disagreements(runs):
        assert row["a_right"] + row["b_right"] + row["neither"] == row["texts"]
        assert row["share"] == row["texts"] / len(labels)
    shared = together(runs)
    assert shared is not None
    parts = ("agree_right", "agree_wrong", "disagree_some_right", "disagree_none_right")
    assert sum(shared[part] for part in parts) == len(labels)
    some_right = shared["agree_right"] + shared["disagree_some_right"]
    assert shared["oracle_accuracy"] == pytest.approx(some_right / len(labels))
    assert shared["oracle_accuracy"] >= max(run.record.accuracy for run in runs)
    assert shared["vote_accuracy"] <= shared["oracle_accuracy"]
    assert sum(row["texts"] for row in shared["agreed_mistakes"]) <= shared["agree_wrong"]
    vote = majority_vote(runs)
    two_agree = (a == b) | (a == c)
    assert (vote[two_agree] == a[two_agree]).all()
    assert ((vote == a) | (vote == b) | (vote == c)).all()


@settings(max_examples=50)
@given(labels=ANSWERS, a=ANSWERS, b=ANSWERS)
def test_confusions_count_every_mistake_once(
    labels: np.ndarray, a: np.ndarray, b: np.ndarray
) -> None:
    runs = [answering("a", a, labels), answering("b", b, labels)]
    rows = confusions(runs)
    assert sum(row["total"] for row in rows) == int(np.sum(a != labels) + np.sum(b != labels))
    for row in rows:
        first, second = "abcd".index(row["a"]), "abcd".index(row["b"])
        for name, answers in (("a", a), ("b", b)):
            forth = int(np.sum((labels == first) & (answers == second)))
            back = int(np.sum((labels == second) & (answers == first)))
            assert row["runs"][name] == [forth, back]
        assert row["a_taken_for_b"] == sum(counts[0] for counts in row["runs"].values())
        assert row["a_taken_for_b"] >= row["b_taken_for_a"]
        assert row["total"] == row["a_taken_for_b"] + row["b_taken_for_a"]


def test_the_bins_hold_all_texts_and_give_the_recorded_error(runs: tuple[Run, ...]) -> None:
    for run in runs:
        bins = calibration(run)
        assert sum(bins["count"]) == run.record.n
        gap = sum(
            count * abs(confidence - accuracy)
            for count, confidence, accuracy in zip(
                bins["count"], bins["confidence"], bins["accuracy"], strict=True
            )
            if count
        )
        # Confidences are recorded to four decimals; one at an edge may change its bin.
        assert gap / run.record.n == pytest.approx(run.record.ece, abs=0.005)


def test_the_bins_as_shipped_hold_all_texts_and_give_the_recorded_error() -> None:
    shipped = load_runs([BROWSER_RUN, TFIDF], ARTIFACTS_DIR)[0]
    found = {run.name: calibrated(run) for run in shipped}
    assert found[TFIDF] is None
    bins = found[BROWSER_RUN]
    assert bins is not None
    count = np.array(bins["count"])
    assert count.sum() == shipped[0].record.n
    confidence, accuracy = (
        np.array([0 if value is None else value for value in bins[key]])
        for key in ("confidence", "accuracy")
    )
    error = (count * np.abs(confidence - accuracy)).sum() / count.sum()
    assert error == pytest.approx(bins["ece"]["after"], abs=1e-6)
    assert all(
        (value is None) == (n == 0) for value, n in zip(bins["accuracy"], count, strict=True)
    )


def test_best_and_worst_classes_are_the_ends_of_the_order(runs: tuple[Run, ...]) -> None:
    record = runs[0].record
    ends = extremes(runs[0])
    order = sorted(record.per_class_f1)
    assert [row["f1"] for row in ends["worst"]] == order[:5]
    assert [row["f1"] for row in ends["best"]] == order[:-6:-1]
    for row in ends["best"] + ends["worst"]:
        i = record.label_names.index(row["label"])
        assert row["precision"] == record.per_class_precision[i]
        assert row["recall"] == record.per_class_recall[i]
        assert row["support"] == record.per_class_support[i]


def test_a_class_is_hard_when_no_encoder_knows_it(runs: tuple[Run, ...]) -> None:
    encoders = [run for run in runs if run.is_encoder]
    hard = {row["label"]: row["highest_f1"] for row in hard_for_all(encoders)}
    for i, label in enumerate(encoders[0].record.label_names):
        highest = max(run.record.per_class_f1[i] for run in encoders)
        assert (label in hard) == (highest < 0.4)
        assert hard.get(label, highest) == highest


def test_efficiency_is_points_above_each_baseline_for_what_int8_costs(
    runs: tuple[Run, ...],
) -> None:
    rows = [run_row(run) for run in runs]
    by_name = {row["run"]: row for row in rows}
    found = efficiency(rows)
    assert len(found) == 4 * 2
    for row in found:
        own, other = by_name[row["run"]], by_name[row["over"]]
        points = 100 * (own["macro_f1"] - other["macro_f1"])
        assert row["per_megabyte"] == pytest.approx(points / (own["int8_bytes"] / 1e6))
        assert row["per_millisecond"] == pytest.approx(points / own["onnx_int8_ms"])
    alone = efficiency([by_name["minilm_v1"]])
    assert alone[0]["over"] is None
    assert alone[0]["points"] == pytest.approx(100 * by_name["minilm_v1"]["macro_f1"])

"""What is said of logits: probabilities at the temperature, and sure only from the threshold on."""

import numpy as np
import pytest

from export.quality.answer import answer
from training.run.errors import CheckError

LABELS = ["angry", "calm", "proud"]
LOGITS = np.log(np.array([0.04, 0.64, 0.32], dtype=np.float32))


def calibration(temperature: float, unsure_below: float | None) -> dict[str, float | None]:
    return {
        "temperature": temperature,
        "temperature_slope": 0.0,
        "unsure_below": unsure_below,
    }


def test_probabilities_are_those_at_the_temperature() -> None:
    scores = answer(LOGITS, LABELS, calibration(2, None)).scores
    roots = {"calm": 0.8, "proud": 0.32**0.5, "angry": 0.2}
    assert [label for label, _ in scores] == list(roots)
    total = sum(roots.values())
    assert [p for _, p in scores] == pytest.approx([root / total for root in roots.values()])


@pytest.mark.parametrize(("threshold", "unsure"), [(None, False), (0.63, False), (0.65, True)])
def test_it_is_sure_from_the_threshold_on(threshold: float | None, unsure: bool) -> None:
    found = answer(LOGITS, LABELS, calibration(1, threshold))
    assert found.unsure is unsure
    opening = "Not sure, perhaps" if unsure else "Most likely"
    assert found.sentence(2) == f"{opening} calm 64.0%, proud 32.0%"


def test_next_to_nothing_is_not_nothing() -> None:
    found = answer(np.array([0.0, 20.0, 10.0]), LABELS, calibration(1, None))
    assert found.sentence(3) == "Most likely calm 100.0%, proud <0.1%, angry <0.1%"


def test_equal_labels_stay_in_their_order() -> None:
    scores = answer(np.zeros(3, dtype=np.float32), LABELS, calibration(1, None)).scores
    assert [label for label, _ in scores] == LABELS


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_is_no_answer(value: float) -> None:
    with pytest.raises(CheckError, match="not a number"):
        answer(np.array([value, 0, 0]), LABELS, calibration(1, None))

"""What a temperature does to logits; the same rows are asked of the page's own code."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.measure.temperature import Temperature
from training.run.files import ROOT

ROWS = json.loads((ROOT / "tests" / "web" / "js" / "calibrated.json").read_text())


@pytest.mark.parametrize("row", ROWS)
def test_known_answers(row: dict) -> None:
    found = Temperature.of(row).probabilities(np.array(row["logits"]))
    assert found == pytest.approx(row["probabilities"], abs=1e-11)


@given(
    arrays(np.float64, (4, 5), elements=st.floats(-50, 50)),
    st.floats(0.05, 20),
    st.floats(0, 1),
)
def test_the_first_stays_the_first(logits: np.ndarray, value: float, slope: float) -> None:
    found = Temperature(value, slope).probabilities(logits)
    assert found.sum(axis=1) == pytest.approx(np.ones(4))
    rows = np.arange(4)
    assert found[rows, logits.argmax(axis=1)] == pytest.approx(found.max(axis=1))


def test_a_slope_makes_decided_texts_surer_and_leaves_the_undecided() -> None:
    logits = np.array([[0.0, 0.1, 0.05], [0.0, 5.0, 0.0]])
    plain, sloped = (Temperature(0.9, s).probabilities(logits).max(axis=1) for s in (0.0, 1.0))
    assert sloped[0] == pytest.approx(plain[0], abs=0.001)
    assert sloped[1] > plain[1] + 0.005

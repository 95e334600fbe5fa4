"""Eight bits: half a level off at most, scales no smaller than asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from export.int8.scales import embedding_steps, root_mean_square, smoothing_factors, to_int8

MATRICES = hnp.arrays(
    np.float32, (5, 4), elements=st.floats(-1000, 1000, width=32, allow_subnormal=False)
)


@given(MATRICES, st.sampled_from([0.0, 0.01, 5.0]))
def test_eight_bits_are_off_by_half_a_level_at_most(values: np.ndarray, smallest: float) -> None:
    for axis in (0, 1):
        levels, scales = to_int8(values, axis, smallest)
        assert levels.dtype == np.int8 and scales.dtype == np.float32
        assert np.all(np.abs(levels * scales - values) <= scales * 0.501 + 1e-6)
        assert scales.shape[axis] == 1 and np.all(scales >= np.float32(smallest))


def test_a_slice_that_is_large_enough_keeps_all_its_levels() -> None:
    values = np.array([[127.0, 1.0], [0.5, 0.25]], dtype=np.float32)
    levels, scales = to_int8(values, 1, 0.1)
    assert scales.ravel().tolist() == pytest.approx([1, 0.1])
    assert levels.tolist() == [[127, 1], [5, 2]]


def test_rare_pieces_have_larger_steps() -> None:
    table = np.full((18_001, 3), 2.0, dtype=np.float32)
    steps = embedding_steps(table, 0.01)
    assert steps.shape == (18_001, 1) and root_mean_square(table) == 2
    assert steps[[0, 2000]].ravel().tolist() == pytest.approx([0.02, 0.02])
    assert steps[[8000, 18_000]].ravel().tolist() == pytest.approx([0.04, 0.06])
    assert not embedding_steps(table, 0).any()


def test_channels_are_evened_out_at_the_weights_expense() -> None:
    weight = np.ones((2, 3), dtype=np.float32)
    largest = np.array([64.0, 1.0], dtype=np.float32)
    assert smoothing_factors(largest, [weight], 0).tolist() == [1, 1]
    factors = smoothing_factors(largest, [weight], 0.5)
    assert factors[0] / factors[1] == pytest.approx(8)
    # The same on a processor that rounds a little differently.
    again = smoothing_factors(largest * np.float32(1.001), [weight], 0.5)
    assert again.tolist() == factors.tolist()

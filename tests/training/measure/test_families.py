import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.measure.families import family_accuracy, find_families, names_of

# 0 and 3 are taken for each other, and 1 and 4; 2 stands alone.
CONFUSION = np.array(
    [
        [50, 1, 0, 49, 0],
        [0, 60, 1, 0, 39],
        [1, 0, 98, 1, 0],
        [30, 0, 0, 70, 0],
        [0, 45, 0, 1, 54],
    ]
)


def test_classes_that_are_confused_are_one_family() -> None:
    families = find_families(CONFUSION, 3)
    assert families.tolist() == [0, 1, 2, 0, 1]
    assert names_of(families, list("abcde")) == [["a", "d"], ["b", "e"], ["c"]]
    right = 50 + 49 + 60 + 39 + 98 + 30 + 70 + 45 + 54
    assert family_accuracy(CONFUSION, families) == right / CONFUSION.sum()


@given(st.integers(0, 200), st.integers(2, 8))
def test_fewer_families_are_never_less_accurate(seed: int, classes: int) -> None:
    confusion = np.random.default_rng(seed).integers(0, 9, (classes, classes)) + np.eye(classes)
    found = [find_families(confusion, count) for count in range(classes, 0, -1)]
    accuracy = [family_accuracy(confusion, families) for families in found]
    assert accuracy == sorted(accuracy)
    assert accuracy[-1] == 1
    assert accuracy[0] >= np.trace(confusion) / confusion.sum() - 1e-12

"""Classes that are taken for each other, put together: what an error is worth to a reader."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

FAMILIES = 10


def find_families(confusion: ArrayLike, count: int = FAMILIES) -> NDArray[np.integer]:
    """Average-linkage clusters of the classes by how often they are confused.

    Two classes are as near as the share of their texts that is taken for the other one.

    Args:
        confusion: [labels, labels], rows are the true classes; of a split that is not the one
            the families are then judged on.
        count: families at most.

    Returns:
        [labels], the number of the family of each class, from 0 in order of appearance.
    """
    counts = np.asarray(confusion, dtype=np.float64)
    support = counts.sum(axis=1)
    shared = (counts + counts.T) / np.maximum(support[:, None] + support[None], 1)
    np.fill_diagonal(shared, 0)
    distance = shared.max() - shared
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    found = fcluster(tree, count, "maxclust")
    order = {family: number for number, family in enumerate(dict.fromkeys(found))}
    return np.array([order[family] for family in found])


def family_accuracy(confusion: ArrayLike, families: NDArray[np.integer]) -> float:
    """Share of texts whose answer is in the family of the true class."""
    counts = np.asarray(confusion)
    return float(counts[families[:, None] == families[None]].sum() / counts.sum())


def names_of(families: NDArray[np.integer], labels: list[str]) -> list[list[str]]:
    """The labels of each family."""
    return [
        [label for label, family in zip(labels, families, strict=True) if family == number]
        for number in range(families.max() + 1)
    ]

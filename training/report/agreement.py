"""Where models disagree and who is right then; what all of them together would reach."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.measure.metrics import macro_f1
from training.report.load import Run

VOTE = "majority vote"


def disagreements(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """For each pair: how many texts they answer differently, and who is right on these."""
    rows = []
    for a, b in combinations(runs, 2):
        differ = a.predictions != b.predictions
        a_right = int(np.sum(differ & (a.predictions == a.labels)))
        b_right = int(np.sum(differ & (b.predictions == b.labels)))
        count = int(differ.sum())
        rows.append(
            {
                "a": a.name,
                "b": b.name,
                "texts": count,
                "share": count / len(a.labels),
                "a_right": a_right,
                "b_right": b_right,
                "neither": count - a_right - b_right,
            }
        )
    return rows


def together(encoders: Sequence[Run]) -> dict[str, Any] | None:
    """What the encoders have in common; None when there are fewer than two."""
    if len(encoders) < 2:
        return None
    labels = encoders[0].labels
    classes = len(encoders[0].record.label_names)
    answers = np.stack([run.predictions for run in encoders])
    same = (answers == answers[0]).all(axis=0)
    right = answers == labels
    vote = majority_vote(encoders)
    return {
        "runs": [run.name for run in encoders],
        "agree_right": int(np.sum(same & right[0])),
        "agree_wrong": int(np.sum(same & ~right[0])),
        "disagree_some_right": int(np.sum(~same & right.any(axis=0))),
        "disagree_none_right": int(np.sum(~same & ~right.any(axis=0))),
        "oracle_accuracy": float(right.any(axis=0).mean()),
        "vote_accuracy": float(np.mean(vote == labels)),
        "vote_macro_f1": macro_f1(vote, labels, classes),
        "agreed_mistakes": _agreed_mistakes(encoders[0], same & ~right[0]),
    }


def majority_vote(runs: Sequence[Run]) -> NDArray[np.int64]:
    """The label that most runs give; among equals, the one given with more confidence."""
    votes: NDArray[np.float64] = np.zeros((len(runs[0].labels), len(runs[0].record.label_names)))
    rows = np.arange(len(votes))
    for run in runs:
        # Confidences of all runs sum to less than one vote: they decide between equals only.
        votes[rows, run.predictions] += 1 + run.confidences / (len(runs) + 1)
    return votes.argmax(axis=1)


def _agreed_mistakes(run: Run, where: NDArray[np.bool_], most: int = 5) -> list[Mapping[str, Any]]:
    """What the mistakes are that all make alike, the most frequent first."""
    names = run.record.label_names
    pairs, counts = np.unique(
        np.stack([run.labels[where], run.predictions[where]]), axis=1, return_counts=True
    )
    rows = [
        {"label": names[label], "answer": names[answer], "texts": int(count)}
        for (label, answer), count in zip(pairs.T, counts, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row["texts"], row["label"], row["answer"]))[:most]

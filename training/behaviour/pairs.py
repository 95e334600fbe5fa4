"""Pairs of texts made by hand, what a model should answer to them, and how often it does.

After CheckList (Ribeiro et al., "Beyond Accuracy: Behavioral Testing of NLP Models with CheckList",
ACL 2020): "same" is its invariance test, "turns" and "not" are expectations about the answers.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.data.readers import read_records, text_of
from training.run.errors import InputError

PAIRS_FILE = Path(__file__).parent / "pairs.jsonl"
EXAMPLES = 3  # failures of each capability that a record shows

_TEXTS = ("capability", "test", "first", "second")
# test → its fields with labels
_LABELS = {"same": (), "not": ("labels",), "turns": ("first_labels", "second_labels")}

Probabilities = NDArray[np.floating]  # [pairs, labels]


@dataclass(frozen=True)
class Pair:
    """Two texts, and what the test of that name wants of the answers (see ``judge``)."""

    capability: str
    test: str
    first: str
    second: str
    labels: tuple[str, ...] = ()
    first_labels: tuple[str, ...] = ()
    second_labels: tuple[str, ...] = ()


def load_pairs(path: Path, labels: Sequence[str]) -> list[Pair]:
    """The pairs of a JSON Lines file, in file order.

    Args:
        labels: the names that a pair may speak of.

    Raises:
        InputError: bad JSON, an unknown or missing field, an unknown test or label, or no pair at
            all; names file and line.
    """
    pairs = [_make_pair(record, f"{path}, {where}", labels) for where, record in read_records(path)]
    if not pairs:
        raise InputError(f"{path}: holds no pair; add one JSON object a line")
    return pairs


def _make_pair(record: dict[str, Any], place: str, labels: Sequence[str]) -> Pair:
    texts = {name: text_of(record, name, place) for name in _TEXTS}
    if texts["test"] not in _LABELS:
        raise InputError(f"{place}: unknown test '{texts['test']}'; give {', '.join(_LABELS)}")
    wanted = _LABELS[texts["test"]]
    unknown = sorted(set(record) - set(_TEXTS) - set(wanted))
    if unknown:
        raise InputError(
            f"{place}: unknown field '{unknown[0]}' for the test '{texts['test']}'; remove it"
        )
    return Pair(**texts, **{name: _labels_of(record, name, place, labels) for name in wanted})


def _labels_of(
    record: dict[str, Any], name: str, place: str, labels: Sequence[str]
) -> tuple[str, ...]:
    found = record.get(name)
    if not isinstance(found, list) or not found:
        raise InputError(f"{place}: '{name}' must be a list with at least one label")
    unknown = [label for label in found if label not in labels]
    if unknown:
        raise InputError(f"{place}: unknown label {unknown[0]!r} in '{name}'; correct its spelling")
    return tuple(found)


def judge(
    pairs: Sequence[Pair],
    first_probabilities: Probabilities,
    second_probabilities: Probabilities,
    label_names: Sequence[str],
) -> list[bool]:
    """Whether each pair passes, by the likeliest label of each of its texts.

    "same" wants one answer to both texts; "not" wants an answer to the second text that is none of
    ``labels``; "turns" wants one of ``first_labels``, then one of ``second_labels``.

    Args:
        first_probabilities, second_probabilities: [pairs, labels], in the order of ``pairs``.
        label_names: [labels], the names of the columns.
    """
    first = _answers(first_probabilities, label_names)
    second = _answers(second_probabilities, label_names)
    return [_passes(*case) for case in zip(pairs, first, second, strict=True)]


def _answers(probabilities: Probabilities, label_names: Sequence[str]) -> list[str]:
    return [label_names[column] for column in probabilities.argmax(axis=1)]


def _passes(pair: Pair, first: str, second: str) -> bool:
    if pair.test == "same":
        return first == second
    if pair.test == "not":
        return second not in pair.labels
    return first in pair.first_labels and second in pair.second_labels


def behaviour_record(
    pairs: Sequence[Pair],
    first_probabilities: Probabilities,
    second_probabilities: Probabilities,
    label_names: Sequence[str],
) -> dict[str, Any]:
    """Pass rates overall and by capability, and the first failures of each capability.

    Arguments are those of ``judge``. A capability stands where its first pair does.
    """
    passed = judge(pairs, first_probabilities, second_probabilities, label_names)
    first = _answers(first_probabilities, label_names)
    second = _answers(second_probabilities, label_names)
    capabilities = {}
    for capability in dict.fromkeys(pair.capability for pair in pairs):
        rows = [row for row, pair in enumerate(pairs) if pair.capability == capability]
        failed = [row for row in rows if not passed[row]]
        capabilities[capability] = _rate([passed[row] for row in rows]) | {
            "failures": [
                _shown(pairs[row]) | {"first_answer": first[row], "second_answer": second[row]}
                for row in failed[:EXAMPLES]
            ]
        }
    return _rate(passed) | {"capabilities": capabilities}


def _rate(passed: Sequence[bool]) -> dict[str, Any]:
    return {"n": len(passed), "passed": sum(passed), "pass_rate": sum(passed) / len(passed)}


def _shown(pair: Pair) -> dict[str, Any]:
    return {name: value for name, value in asdict(pair).items() if value and name != "capability"}

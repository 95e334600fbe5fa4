"""Logits → what the page says of a text: calibrated probabilities, and whether it is sure."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.measure.temperature import Temperature
from training.run.errors import CheckError


@dataclass(frozen=True)
class Answer:
    """The labels of a text with their probabilities, most probable first.

    Attributes:
        unsure: the first is less probable than the calibration calls sure.
    """

    scores: list[tuple[str, float]]
    unsure: bool

    def sentence(self, top: int) -> str:
        """The ``top`` most probable labels, in the page's words."""
        shown = ", ".join(f"{label} {_percent(share)}" for label, share in self.scores[:top])
        return f"{'Not sure, perhaps' if self.unsure else 'Most likely'} {shown}"


def answer(logits: NDArray[Any], labels: list[str], calibration: dict[str, Any]) -> Answer:
    """What the page says to the logits of a text, [labels].

    Raises:
        CheckError: a logit is no number.
    """
    if not np.isfinite(logits).all():
        raise CheckError("the model's answer is not a number, so no result can be shown")
    probabilities = Temperature.of(calibration).probabilities(logits)
    order = np.argsort(-probabilities, kind="stable")  # equal ones stay in label order
    scores = [(labels[place], float(probabilities[place])) for place in order]
    return Answer(scores, scores[0][1] < (calibration["unsure_below"] or 0))


def _percent(share: float) -> str:
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"

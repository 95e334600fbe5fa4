"""A temperature that may depend on how undecided the model is on a text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr, softmax

_DECIDED = 1e-6  # share of the entropy below which a text counts as decided; T stays above zero


@dataclass(frozen=True)
class Temperature:
    """T = value · (H / ln K) ** slope of a text, with H the entropy of its K labels in nats.

    With slope 0 it is one for all texts (temperature scaling: Guo et al., 2017). Above, what the
    model is sure of becomes surer and the rest less sure (temperatures by entropy: Balanya, Maroñas
    and Ramos, 2024); a student of soft opinions needs both. The order of the labels stays.
    """

    value: float = 1.0
    slope: float = 0.0

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """That of a calibration record or of a bundle."""
        return cls(record["temperature"], record["temperature_slope"])

    def record(self) -> dict[str, float]:
        return {"temperature": self.value, "temperature_slope": self.slope}

    def probabilities(self, logits: NDArray[Any]) -> NDArray[np.float64]:
        """softmax(logits / T) of logits [..., labels], in their shape."""
        logits = logits.astype(np.float64)
        return softmax(logits / (self.value * _undecided(logits) ** self.slope), axis=-1)


def _undecided(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Entropy as a share of the largest there is, [..., 1]."""
    entropy = entr(softmax(logits, axis=-1)).sum(axis=-1, keepdims=True)
    return np.maximum(entropy / np.log(max(logits.shape[-1], 2)), _DECIDED)

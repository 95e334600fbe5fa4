"""Weights in eight bits or fewer: scales, and what they are chosen by."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
LEVELS = 127
_COMMON_PIECES = 2000  # all of them count as equally frequent


def to_int8(
    values: Floats, axis: int, smallest: float | Floats = 0.0
) -> tuple[NDArray[np.int8], Floats]:
    """Symmetric int8 with one scale for each slice along ``axis``, none below ``smallest``."""
    scales = np.maximum(np.abs(values).max(axis=axis, keepdims=True) / LEVELS, smallest)
    scales = np.where(scales == 0, 1, scales).astype(np.float32)
    return np.round(values / scales).astype(np.int8), scales


def smoothing_factors(largest: Floats, weights: Sequence[Floats], alpha: float) -> Floats:
    """What each channel is divided by before rounding, [inputs].

    Powers of the root of two: the same whatever processor measured ``largest``.

    Args:
        largest: largest magnitude of each channel, [inputs].
        weights: of all layers that read the activation, [inputs, outputs] each.
    """
    if alpha == 0:
        return np.ones_like(largest)
    per_input = np.max([np.abs(weight).max(axis=1) for weight in weights], axis=0)
    exponent = alpha * _log2(largest) - (1 - alpha) * _log2(per_input)
    return np.exp2(np.round(2 * (exponent - exponent.mean())) / 2).astype(np.float32)


def _log2(values: Floats) -> NDArray[np.float64]:
    return np.log2(np.maximum(values.astype(np.float64), 1e-6))


def embedding_steps(table: Floats, step: float) -> Floats:
    """The smallest scale of each row, [pieces, 1].

    Where noise costs in proportion to how often a row is read, and a byte less costs the same
    anywhere, the best step is inverse to the root of the frequency (reverse water-filling: Cover
    and Thomas, 2006, section 10.3); and frequency is inverse to rank, which is the order of pieces
    in a vocabulary.
    """
    rank = np.maximum(np.arange(len(table)), _COMMON_PIECES) / _COMMON_PIECES
    return (step * root_mean_square(table) * np.sqrt(rank))[:, None].astype(np.float32)


def root_mean_square(values: Floats) -> float:
    """Of all elements."""
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))

"""Where a training's random numbers come from: a stream for each model and purpose, none shared.

Sums such as seed + student + epoch meet: the second student of seed 42 would read its texts in the
order of the first of seed 43. numpy's ``SeedSequence`` keeps apart whatever differs in seed or key.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class Role(IntEnum):
    """Who is trained."""

    STUDENT = 0
    TEACHER = 1


class _Purpose(IntEnum):
    LIBRARIES = 0
    ORDER = 1
    RETELLING = 2


@dataclass(frozen=True)
class Seeds:
    """The random numbers of one model: the student or teacher ``number`` of a recipe's seed."""

    seed: int
    role: Role = Role.STUDENT
    number: int = 0

    def order(self, epoch: int) -> np.random.Generator:
        """In which order an epoch shows the texts."""
        return np.random.default_rng(self._sequence(_Purpose.ORDER, epoch))

    def retelling(self) -> np.random.Generator:
        """Which texts are told once more."""
        return np.random.default_rng(self._sequence(_Purpose.RETELLING))

    def for_libraries(self) -> int:
        """Seed of what libraries draw by one number of 32 bits, dropout for one.

        The first student's is the seed of the recipe itself.
        """
        if (self.role, self.number) == (Role.STUDENT, 0):
            return self.seed
        return int(self._sequence(_Purpose.LIBRARIES).generate_state(1)[0])

    def _sequence(self, *purpose: int) -> np.random.SeedSequence:
        return np.random.SeedSequence(self.seed, spawn_key=(self.role, self.number, *purpose))

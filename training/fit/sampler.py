"""In which order a training sees its texts."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import torch
from torch.utils.data import BatchSampler
from transformers.trainer_pt_utils import LengthGroupedSampler


class ShuffledBatches(LengthGroupedSampler):
    """Batches of texts about as long as each other, in random order, the same in all processes.

    The stock sampler runs from long to short texts 50 batches at a time, which drives the weights
    to and fro. It also draws from each process's own random state; dropout moves these apart, and
    from the second epoch on some texts would be seen twice and others never.
    """

    def __init__(self, *settings: Any, seed: int, **named: Any) -> None:
        super().__init__(*settings, **named)
        self._seed = seed

    def set_epoch(self, epoch: int) -> None:
        """Called by accelerate; a resumed run draws what an undisturbed one would."""
        self.generator.manual_seed(self._seed + epoch)

    def __iter__(self) -> Iterator[int]:
        batches = list(BatchSampler(super().__iter__(), self.batch_size, drop_last=False))
        whole = len(self.lengths) // self.batch_size  # the rest, if any, stays last
        order = torch.randperm(whole, generator=self.generator).tolist()
        return chain.from_iterable([batches[i] for i in order] + batches[whole:])

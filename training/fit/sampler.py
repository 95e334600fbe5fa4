"""In which order a training sees its texts."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from datasets import Dataset
from torch.utils.data import Sampler
from transformers import Trainer

from training.fit.seeds import Seeds

_SORTED_TOGETHER = 50  # batches, or a quarter of them where they are few


class ShuffledBatches(Sampler[int]):
    """Batches of texts about as long as each other, in random order, the same in all processes.

    transformers' own sampler runs from long to short texts 50 batches at a time, which drives the
    weights to and fro. It also draws from each process's own random state; dropout moves these
    apart, and from the second epoch on some texts would be seen twice and others never.

    Args:
        lengths: of each text, in tokens.
        batch_size: of all processes together.
        seeds: of the model that is trained.
    """

    def __init__(self, lengths: Sequence[int], batch_size: int, seeds: Seeds) -> None:
        self._lengths = np.asarray(lengths)
        self._batch_size = batch_size
        self._seeds = seeds
        self._epoch = 0

    def __len__(self) -> int:
        return len(self._lengths)

    def set_epoch(self, epoch: int) -> None:
        """Called by accelerate; a resumed run draws what an undisturbed one would."""
        self._epoch = epoch

    def __iter__(self) -> Iterator[int]:
        drawn, size = self._seeds.order(self._epoch), self._batch_size
        rows = drawn.permutation(len(self))
        span = size * min(max(1, len(self) // (4 * size)), _SORTED_TOGETHER)
        parts = np.split(rows, range(span, len(self), span))
        by_length = [part[np.argsort(-self._lengths[part], kind="stable")] for part in parts]
        batches = np.split(np.concatenate(by_length), range(size, len(self), size))
        whole = len(self) // size  # the rest, if any, stays last
        order = [*drawn.permutation(whole), *range(whole, len(batches))]
        return iter(np.concatenate([batches[place] for place in order]).tolist())


class OrderedTrainer(Trainer):
    """A Trainer that draws one order of the texts for all processes.

    Args:
        batch_size: of all processes together.
        seeds: of the model that is trained.
    """

    def __init__(self, batch_size: int, seeds: Seeds, **settings: Any) -> None:
        super().__init__(**settings)
        self._batch_size = batch_size
        self._seeds = seeds

    def _get_train_sampler(self, train_dataset: Dataset | None = None) -> Sampler:
        lengths = [len(ids) for ids in self.train_dataset["input_ids"]]
        return ShuffledBatches(lengths, self._batch_size, self._seeds)

    def _get_eval_sampler(self, eval_dataset: Dataset) -> Sampler | None:
        # The stock one groups by length here, too, from each process's own random state: texts
        # would be left out of the figures that the epoch is chosen by. None is as they come.
        return super()._get_eval_sampler(eval_dataset) if self.args.world_size == 1 else None

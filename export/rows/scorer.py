"""What a worker process does: texts → answers, by the shipped graph alone.

It imports neither torch nor transformers, which take seconds to start.
"""

import os
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from export.quality.answer import Answer, answer
from export.rows.engine import Engine

WINDOW = 2048  # texts that a worker gets at once, and sorts by length


@dataclass(frozen=True)
class Model:
    """What a worker needs, sent to it once.

    Attributes:
        shipped: the graph as a page gets it.
        tokenizer: what stands in its tokenizer.json; a worker need not see the folder.
        longest: tokens of a text; what follows is cut off.
        calibration: temperature and threshold, from the record.
    """

    shipped: bytes
    tokenizer: str
    longest: int
    labels: list[str]
    calibration: dict[str, Any]


class Scorer:
    """Opened once in each process; texts → answers."""

    def __init__(self, model: Model) -> None:
        os.environ["TOKENIZERS_PARALLELISM"] = "false"  # a core each is what a process has
        self._model = model
        self._tokenizer = _open_tokenizer(model)
        self._engine = Engine(model.shipped)

    def __call__(self, texts: list[str]) -> list[Answer]:
        """One answer for each text, in their order."""
        if not texts:
            return []
        ids = [found.ids for found in self._tokenizer.encode_batch(texts)]
        labels, calibration = self._model.labels, self._model.calibration
        return [answer(row, labels, calibration) for row in self._engine.logits(ids)]


def _open_tokenizer(model: Model) -> Tokenizer:
    tokenizer = Tokenizer.from_str(model.tokenizer)
    tokenizer.enable_truncation(model.longest)
    tokenizer.no_padding()
    return tokenizer


_scorer: Scorer | None = None  # of this worker process


def open_in_worker(model: Model) -> None:
    """Make the scorer of this process."""
    global _scorer
    _scorer = Scorer(model)


def score_in_worker(texts: list[str]) -> list[Answer]:
    """The answers of this process's scorer."""
    assert _scorer is not None
    return _scorer(texts)

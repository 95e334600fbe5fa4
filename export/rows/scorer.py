"""What a worker process does: texts → answers, by the shipped graph alone.

It imports neither torch nor transformers, which take seconds to start.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from export.quality.answer import Answer, answer
from export.rows.engine import Engine
from training.run.artifact import Artifact
from training.run.files import read_json


@dataclass(frozen=True)
class Model:
    """What a worker needs, sent to it once.

    Attributes:
        shipped: the graph as a page gets it.
        artifact: the folder with the tokenizer.
        calibration: temperature and threshold, from the record.
    """

    shipped: bytes
    artifact: Path
    labels: list[str]
    calibration: dict[str, Any]


class Scorer:
    """Opened once in each process; texts → answers."""

    def __init__(self, model: Model) -> None:
        os.environ["TOKENIZERS_PARALLELISM"] = "false"  # a core each is what a process has
        self._model = model
        self._tokenizer = _open_tokenizer(Artifact(model.artifact))
        self._engine = Engine(model.shipped)

    def __call__(self, texts: list[str]) -> list[Answer]:
        """One answer for each text, in their order."""
        if not texts:
            return []
        ids = [found.ids for found in self._tokenizer.encode_batch(texts)]
        labels, calibration = self._model.labels, self._model.calibration
        return [answer(row, labels, calibration) for row in self._engine.logits(ids)]


def _open_tokenizer(artifact: Artifact) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(artifact.tokenizer))
    tokenizer.enable_truncation(read_json(artifact.tokenizer_config)["model_max_length"])
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

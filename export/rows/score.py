"""Texts in, the page's answers out: an iterator over any number of them, on every core."""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import TypeVar

from export.quality.answer import Answer
from export.quality.stages import ModelStages
from export.rows.scorer import WINDOW, Model, open_in_worker, score_in_worker
from training.run.artifact import BROWSER_RUN, find_artifact
from training.run.errors import CheckError
from training.run.files import read_json

T = TypeVar("T")
_AHEAD = 2  # windows that wait for each worker, at most


def load_model(run: str | Path, data: Path | None = None) -> Model:
    """The model of a run; what is stale is exported and calibrated first.

    Raises:
        InputError: there is no such run, or its data cannot be had.
    """
    artifact = find_artifact(str(run))
    stages = ModelStages(artifact, data, lambda _: None)
    calibration = stages.calibration()
    kept = ("temperature", "temperature_slope", "unsure_below")
    return Model(
        stages.shipped(),
        artifact.tokenizer.read_text(encoding="utf-8"),
        read_json(artifact.tokenizer_config)["model_max_length"],
        artifact.load_labels(),
        {name: calibration[name] for name in kept},
    )


def score(
    texts: Iterable[str],
    run: str | Path = BROWSER_RUN,
    *,
    data: Path | None = None,
    workers: int | None = None,
) -> Iterator[Answer]:
    """What the page says of each text, in the order of the texts.

        for text, answer in zip(texts, score(texts), strict=True): ...

    Texts are read ahead by a few thousand for each worker and no further, so that an endless
    iterator is welcome.

    Args:
        texts: any strings; an empty one is answered as the page would.
        run: name of a run in training/artifacts, or its folder.
        data: where validation texts are, should the run have to be calibrated.
        workers: processes, one onnxruntime thread each; by default as many as cores.

    Raises:
        InputError: as ``load_model``.
        CheckError: a worker died.
    """
    with Pool(load_model(run, data), workers) as pool:
        for answers in pool.answers(windows_of(texts)):
            yield from answers


def windows_of(items: Iterable[T]) -> Iterator[list[T]]:
    """Items in lists of as many as a worker gets at once, the last one perhaps shorter."""
    source = iter(items)
    return iter(lambda: list(islice(source, WINDOW)), [])


class Pool:
    """Worker processes, each with the model; a context manager."""

    def __init__(self, model: Model, workers: int | None = None) -> None:
        self.workers = workers or _cores()
        # Not forked: onnxruntime and the tokenizers have threads of their own.
        context = multiprocessing.get_context("spawn")
        self._processes = ProcessPoolExecutor(self.workers, context, open_in_worker, (model,))

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self._processes.shutdown(cancel_futures=True)

    def answers(self, windows: Iterable[list[str]]) -> Iterator[list[Answer]]:
        """The answers of each window, in order, read ahead by a few windows."""
        waiting: deque[Future[list[Answer]]] = deque()
        try:
            for window in windows:
                waiting.append(self._processes.submit(score_in_worker, window))
                if len(waiting) > _AHEAD * self.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise CheckError(
                "a worker process was ended from outside, perhaps for want of memory; start the "
                "same command again, with fewer --workers if it happens once more"
            ) from error


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

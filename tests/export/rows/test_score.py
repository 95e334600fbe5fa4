"""An iterator of texts in, an iterator of answers out, in order and without reading too far."""

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

from export.graph import session as runtime
from export.quality.answer import answer
from export.rows import score as module
from export.rows.score import Pool, score
from export.rows.scorer import Model
from tests.conftest import REAL_DIR
from training.data.sources import SAMPLE_DIR
from training.run.artifact import Artifact
from training.run.errors import CheckError
from training.run.files import read_json


def test_answers_are_the_page_s_and_in_order(
    calibrated: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW", 7)
    texts = [f"I was {'very ' * (n % 5)}happy {n}" for n in range(40)]
    found = list(score(texts, calibrated, data=SAMPLE_DIR, workers=2))
    logits = runtime.predict_as_shipped(Artifact(calibrated), texts)
    assert found == [answer(row, model.labels, model.calibration) for row in logits]


def test_an_endless_iterator_is_read_no_further_than_needed(
    calibrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW", 5)
    read = 0

    def endless() -> Iterator[str]:
        nonlocal read
        for read in count(1):
            yield f"text {read}"

    answers = score(endless(), calibrated, data=SAMPLE_DIR, workers=1)
    assert len(list(islice(answers, 8))) == 8
    assert read <= 8 + 5 * 5


def test_a_dead_worker_is_one_sentence(model: Model) -> None:
    with Pool(model, 1) as pool:
        list(pool.answers([["a text"]]))
        for process in list(pool._processes._processes.values()):
            process.kill()
        with pytest.raises(CheckError, match="a worker process was ended from outside"):
            list(pool.answers([["another"]] * 3))


@pytest.mark.slow
def test_labels_are_those_that_the_page_is_checked_by(browser_artifact: Artifact) -> None:
    golden = read_json(browser_artifact.path / "golden.json")["texts"]
    assert len(golden) > 150
    found = score([row["text"] for row in golden], browser_artifact.path, data=REAL_DIR)
    labels = browser_artifact.load_labels()
    assert [row.scores[0][0] for row in found] == [labels[row["label"]] for row in golden]

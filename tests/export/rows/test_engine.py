"""Logits of a batch are those of one text at a time, bit for bit, or there is no batch."""

from pathlib import Path

import numpy as np
import pytest

from export.graph import session as runtime
from export.rows.engine import BATCH, Engine
from export.rows.scorer import Model, Scorer
from tests.conftest import REAL_DIR
from training.data.load import LabelledData
from training.run.artifact import Artifact

LENGTHS = [7, 3, 7, 7, 12, 3, *[9] * (BATCH + 3)]


def test_a_batch_changes_no_bit_and_no_order(model: Model) -> None:
    engine = Engine(model.shipped)
    draw = np.random.default_rng(5)
    ids = [draw.integers(5, 400, length).tolist() for length in LENGTHS]
    together = engine.logits(ids)
    alone = np.concatenate([engine.logits([row]) for row in ids])
    assert np.array_equal(together, alone)
    assert len({tuple(row) for row in together}) == len(LENGTHS)


@pytest.mark.slow
def test_the_shipped_graph_takes_batches_and_answers_as_one_by_one(
    browser_artifact: Artifact, real_data: LabelledData
) -> None:
    from export.rows.score import load_model

    engine = Engine(load_model(browser_artifact.path, REAL_DIR).shipped)
    texts = list(real_data.splits["test"]["text"][:600])
    ids = browser_artifact.token_ids(texts)
    expected = runtime.predict_as_shipped(browser_artifact, texts)
    assert np.array_equal(engine.logits(ids), expected)


def test_ids_are_those_of_the_run_s_own_tokenizer(
    calibrated: Path, model: Model, sample_data: LabelledData
) -> None:
    texts = [*sample_data.splits["test"]["text"][:40], "", " ", "Ünïcode 🙂 \u200d", "x " * 4000]
    scorer = Scorer(model)
    found = [row.ids for row in scorer._tokenizer.encode_batch(texts)]
    assert found == Artifact(calibrated).token_ids(texts)

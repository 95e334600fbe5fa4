import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from training.data.load import LabelledData
from training.measure.baselines import MAJORITY, TFIDF, run_baselines
from training.run.artifact import Artifact


@pytest.fixture(scope="module")
def folder(sample_data: LabelledData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("baselines")
    assert run_baselines(sample_data, "minilm.yaml", folder) == [MAJORITY, TFIDF]
    return folder


def record(folder: Path, run: str, split: str = "test") -> dict:
    return json.loads(Artifact(folder / run).metrics(split).read_text())


def test_the_majority_answers_the_commonest_class(folder: Path, sample_data: LabelledData) -> None:
    found = record(folder, MAJORITY)
    counts = Counter(sample_data.splits["train"]["label"])
    (answer,) = set(found["predictions"])
    assert counts[answer] == max(counts.values())
    truth = np.array(sample_data.splits["test"]["label"])
    assert found["accuracy"] == pytest.approx(np.mean(truth == answer))
    share = counts[answer] / counts.total()
    assert found["confidences"] == pytest.approx([share] * len(truth), abs=1e-4)


def test_tfidf_learns_something_and_says_how_it_was_chosen(folder: Path) -> None:
    found = record(folder, TFIDF)
    assert found["macro_f1"] > 3 * record(folder, MAJORITY)["macro_f1"]
    tried = found["settings"]["validation_macro_f1_by_C"]
    assert max(tried.values()) == tried[str(found["settings"]["C"])]
    chosen = record(folder, TFIDF, "validation")["macro_f1"]
    assert chosen == pytest.approx(max(tried.values()))
    assert found["parameters"] > 32


def test_records_can_be_put_beside_those_of_encoders(
    folder: Path, sample_data: LabelledData
) -> None:
    for run in (MAJORITY, TFIDF):
        found = record(folder, run)
        assert found["run"] == run and found["base"]["source"] == "none"
        assert found["config"] == "minilm.yaml" and found["train_seconds"] >= 0
        assert found["data"]["fingerprint"] == sample_data.provenance.fingerprint
        assert found["n"] == len(found["labels"]) == len(found["predictions"])

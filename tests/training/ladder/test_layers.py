import itertools
from typing import Any

import numpy as np
import pytest

from scripts.study import layers as script
from training.data.load import LabelledData
from training.ladder.layers import layers_table, measure_layers
from training.measure.metrics import macro_f1
from training.measure.predict import open_classifier, predict
from training.run.artifact import Artifact
from training.run.errors import InputError


@pytest.fixture(scope="module")
def record(tiny_artifact: Artifact, sample_data: LabelledData) -> dict[str, Any]:
    return measure_layers(tiny_artifact, sample_data, 1)


def test_every_choice_is_measured_and_the_best_comes_first(
    record: dict[str, Any], sample_data: LabelledData
) -> None:
    found = [choice["layers"] for choice in record["choices"]]
    assert sorted(found) == [list(c) for c in itertools.combinations(range(2), 1)]
    scores = [choice["macro_f1"] for choice in record["choices"]]
    assert scores == sorted(scores, reverse=True)
    assert record["n"] == len(sample_data.splits["validation"])


def test_a_choice_is_what_a_run_of_those_layers_answers(
    record: dict[str, Any], tiny_artifact: Artifact, sample_data: LabelledData, tmp_path: Any
) -> None:
    """The same model by another way: saved with its first layer alone and opened again."""
    model = open_classifier(tiny_artifact)
    del model.base_model.encoder.layer[1:]
    model.config.num_hidden_layers = 1
    model.save_pretrained(tmp_path)
    tiny_artifact.load_tokenizer().save_pretrained(tmp_path)
    rows = sample_data.splits["validation"]
    answers = predict(Artifact(tmp_path), rows["text"], batch_size=32).argmax(axis=1)
    truth = np.asarray(rows["label"])
    (first,) = [choice for choice in record["choices"] if choice["layers"] == [0]]
    assert first["macro_f1"] == pytest.approx(macro_f1(answers, truth, len(sample_data.labels)))
    assert first["accuracy"] == pytest.approx(np.mean(answers == truth))


def test_the_table_has_the_best_and_the_worst() -> None:
    choices = [
        {"layers": [0, layer], "macro_f1": 0.9 - layer / 10, "accuracy": 0.5}
        for layer in range(1, 6)
    ]
    lines = layers_table({"run": "some", "choices": choices}).splitlines()
    assert lines[2] == "| some | 0, 1 | 0.8000 | 0.5000 | 1 of 5 |"
    assert [line.split(" | ")[-1] for line in lines[2:]] == [
        "1 of 5 |",
        "2 of 5 |",
        "3 of 5 |",
        "5 of 5 |",
    ]
    few = {"run": "few", "choices": choices[:3]}
    assert len(layers_table(few).splitlines()) == 5
    assert len(layers_table(few, few).splitlines()) == 8


def test_there_must_be_more_layers_than_are_kept(
    tiny_artifact: Artifact, sample_data: LabelledData, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match=r"it has 2 layers; keep fewer than 2$"):
        measure_layers(tiny_artifact, sample_data, 2)
    assert script.main(["--keep", "0"]) == 2
    assert "--keep 0: give at least 1" in capsys.readouterr().err

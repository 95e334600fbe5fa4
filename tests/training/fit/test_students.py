from pathlib import Path

import pytest
import torch

from tests.tiny import make_soups, make_tiny_config
from training.bases.open import open_base
from training.bases.resolve import resolve_base
from training.data.load import LabelledData, load_data
from training.fit import students
from training.fit.finetune import finetune
from training.fit.students import train_students
from training.measure.card import write_card
from training.run.config import load_config


@pytest.fixture
def soups(tmp_path: Path, tiny_base: Path) -> LabelledData:
    config = load_config(make_tiny_config(tmp_path / "run.yaml", tiny_base))
    return load_data(config.data, make_soups(tmp_path))


@pytest.mark.slow
def test_weights_are_the_mean_of_students_that_started_alike(
    soups: LabelledData, tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = load_config(
        make_tiny_config(tmp_path / "run.yaml", tiny_base, epochs=2, students=3)
    ).train
    heads: list[torch.Tensor] = []
    orders: list[list[int]] = []
    train_one = students._train

    def watching(trainer: students.Trainer, finished: Path) -> bool:
        heads.append(trainer.model.classifier.weight.detach().clone())
        orders.append(list(trainer._get_train_sampler()))
        return train_one(trainer, finished)

    monkeypatch.setattr(students, "_train", watching)
    base = resolve_base(str(tiny_base))
    trained = train_students(
        recipe,
        soups.splits["train"],
        soups.splits["validation"],
        lambda: open_base(base, soups.labels, 32),
        tmp_path,
    )
    assert all(torch.equal(head, heads[0]) for head in heads)
    assert len(set(map(tuple, orders))) == 3
    files = [torch.load(tmp_path / f"student-{i}.pt")["weights"] for i in range(3)]
    assert not torch.equal(files[0]["classifier.weight"], files[1]["classifier.weight"])
    for name, weights in trained.trainer.model.state_dict().items():
        torch.testing.assert_close(weights, sum(f[name] for f in files) / 3)
    seeds = [student["seed"] for student in trained.students]
    assert seeds[0] == recipe.seed and len(set(seeds)) == 3
    assert trained.macro_f1 == trained.trainer.evaluate()["eval_macro_f1"]


@pytest.mark.slow
def test_finished_students_are_not_trained_again(
    soups: LabelledData, tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_tiny_config(tmp_path / "run.yaml", tiny_base, students=2)
    train_one = students._train

    def failing(trainer: students.Trainer, finished: Path) -> bool:
        if finished.name == "student-1.pt":
            raise KeyboardInterrupt
        return train_one(trainer, finished)

    config, runs = load_config(path), tmp_path / "runs"
    with monkeypatch.context() as patch:
        patch.setattr(students, "_train", failing)
        with pytest.raises(KeyboardInterrupt):
            finetune(config, path, soups, runs)
    assert not (runs / "tiny").exists()
    trained: list[str] = []
    monkeypatch.setattr(
        students, "_train", lambda t, f: (trained.append(f.name), train_one(t, f))[1]
    )
    artifact = finetune(config, path, soups, runs)
    record = artifact.load_training_record()
    assert trained == ["student-1.pt"]
    assert record["resumed"] and len(record["students"]) == 2
    write_card(artifact)
    card = artifact.card.read_text()
    assert "the mean of 2 students" in card
    assert f"their mean {record['best_validation_macro_f1']:.4f}" in card


def test_students_of_a_gpu_are_averaged_where_there_is_none(
    soups: LabelledData, tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = load_config(make_tiny_config(tmp_path / "run.yaml", tiny_base)).train
    base = resolve_base(str(tiny_base))
    model, _ = open_base(base, soups.labels, 32)
    row = {"validation_macro_f1": 0.5, "validation_accuracy": 0.5}
    with monkeypatch.context() as patch:
        patch.setattr(torch.serialization, "location_tag", lambda storage: "cuda:0")
        student = {"seed": 42, "seconds": 1.0, "history": [row], "weights": model.state_dict()}
        torch.save(student, tmp_path / "student-0.pt")
    splits = [soups.splits[name] for name in ("train", "validation")]
    trained = train_students(recipe, *splits, lambda: open_base(base, soups.labels, 32), tmp_path)
    assert trained.resumed
    for name, weights in trained.trainer.model.state_dict().items():
        torch.testing.assert_close(weights.cpu(), model.state_dict()[name])

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from datasets import ClassLabel, Dataset, Features, Value

from tests.tiny import make_soups, make_tiny_base, make_tiny_config
from training.data.load import LabelledData, load_data
from training.fit import teachers
from training.fit.finetune import finetune
from training.fit.targets import Opinions, make_examples, retell
from training.fit.teachers import splits, teacher_recipe
from training.measure.card import write_card
from training.run.artifact import Artifact
from training.run.config import TeacherConfig, TrainConfig, load_config
from training.run.data_config import ContextConfig, DataConfig, UnlabelledConfig
from training.run.errors import InputError

FEATURES = Features({"text": Value("string"), "label": ClassLabel(names=["a", "b"])})


def dataset(texts: list[str], labels: list[int], contexts: list[str] | None = None) -> Dataset:
    made = Dataset.from_dict({"text": texts, "label": labels}, features=FEATURES)
    return made.add_column("context", contexts) if contexts else made


def test_no_teacher_judges_a_text_that_it_has_seen() -> None:
    texts = [f"text {i // 2}" for i in range(80)]  # each stands twice, with two labels
    teachers = list(splits(dataset(texts, [0, 1] * 40), 4, 2, seed=1))
    for repeat in (teachers[:4], teachers[4:]):
        assert sorted(row for _, rows in repeat for row in rows) == list(range(80))
    for seen, rows in teachers:
        assert not {texts[i] for i in seen} & {texts[i] for i in rows}
        assert len(rows) == 20
    assert len(teachers) == 8
    assert {tuple(rows) for _, rows in teachers[:4]} != {tuple(rows) for _, rows in teachers[4:]}


def test_targets_mix_opinion_and_label() -> None:
    recipe = TrainConfig(teacher=TeacherConfig(weight=0.25))
    judged = np.array([[0.2, 0.8], [0.5, 0.5]], dtype=np.float32)
    rows = make_examples(recipe, dataset(["x", "y"], [0, 1]), Opinions(judged))
    np.testing.assert_allclose(rows["targets"], [[0.8, 0.2], [0.125, 0.875]], atol=1e-6)
    assert rows["label"] == [0, 1]


def test_an_unlabelled_text_is_learned_from_the_opinion_and_a_label_of_its_own() -> None:
    recipe = TrainConfig(teacher=TeacherConfig(weight=0.0, own_label_weight=0.2))
    further = Dataset.from_dict({"text": ["v", "w"], "label": [0, -1]})
    judged = np.array([[0.5, 0.5], [0.25, 0.75]], dtype=np.float32)
    opinions = Opinions(np.full((1, 2), 0.5, dtype=np.float32), judged)
    rows = make_examples(recipe, dataset(["x"], [1]), opinions, further)
    assert rows["text"] == ["x", "v", "w"] and rows["label"] == [1, 0, 1]
    np.testing.assert_allclose(rows["targets"], [[0, 1], [0.6, 0.4], [0.25, 0.75]], atol=1e-6)


def test_a_teacher_has_what_is_its_own_and_all_else_of_the_student() -> None:
    student = TrainConfig(
        pooling="mean",
        batch_size=64,
        layers=[0, 1],
        weight_decay=0.1,
        students=4,
        third_person=0.5,
        teacher=TeacherConfig(batch_size=16, label_smoothing=0.0, epochs=2, seed=9),
    )
    found = teacher_recipe(student, student.teacher)
    assert found == TrainConfig(
        pooling="mean",
        batch_size=16,
        weight_decay=0.1,
        label_smoothing=0.0,
        epochs=2,
        learning_rate=student.teacher.learning_rate,
        seed=9,
    )


def test_a_share_of_the_texts_is_told_once_more() -> None:
    train = dataset(["I lost my dog"] * 400, [0, 1] * 200).add_column("targets", [[0.5, 0.5]] * 400)
    told = retell(train, 0.25, np.random.default_rng(3))
    assert told["text"][:400] == train["text"] and told["label"][:400] == train["label"]
    more = told["text"][400:]
    assert 70 < len(more) < 130
    counts = {text: more.count(text) for text in set(more)}
    assert counts.keys() == {"She lost her dog", "He lost his dog"} and min(counts.values()) > 30
    assert set(told["label"][400:]) == {0, 1} and len(told["targets"]) == len(told)
    assert (
        told["text"]
        == retell(train, 0.25, np.random.default_rng(3))["text"]
        != retell(train, 0.25, np.random.default_rng(4))["text"]
    )
    assert told.features == train.features
    assert retell(train, 0.0, np.random.default_rng(3))["text"] == train["text"]


@pytest.fixture
def soups(tmp_path: Path) -> LabelledData:
    """Texts that tell little, with contexts that name the class."""
    folder = make_soups(tmp_path)
    tastes = ("good", "bad", "cold", "sweet")
    for split, count in (("train", 512), ("validation", 128), ("test", 128)):
        rows = [f"{split}{i},{split} soup {i},{tastes[i % 4]}" for i in range(count)]
        (folder / f"{split}.csv").write_text("id,situation,emotion\n" + "\n".join(rows) + "\n")
    talk = [f"train{i},it was {tastes[i % 4]}" for i in range(512)]
    (folder / "talk.csv").write_text("id,text\n" + "\n".join(talk) + "\n")
    config = DataConfig(
        "soups",
        text_column="situation",
        label_column="emotion",
        context=ContextConfig("talk.csv", "id"),
    )
    return load_data(config, folder)


@pytest.mark.slow
def test_teachers_read_the_context_and_are_shared_by_students(
    soups: LabelledData,
    tiny_base: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judge, calls = teachers._judge, []

    def counting(*arguments: object) -> None:
        calls.append(arguments)
        judge(*arguments)

    monkeypatch.setattr(teachers, "_judge", counting)
    settings = {"folds": 2, "epochs": 6, "learning_rate": 0.005}
    artifacts: list[Artifact] = []
    for seed in (1, 2):
        path = make_tiny_config(
            tmp_path / f"{seed}.yaml", tiny_base, teacher=settings, pooling="mean", seed=seed
        )
        artifacts.append(finetune(load_config(path), path, soups, tmp_path / "runs"))
    facts = artifacts[0].load_training_record()["teacher"]
    assert len(calls) == 2
    assert facts["reads_context"] and facts["folds"] == 2 and facts["train_seconds"] > 0
    # The texts alone tell nothing: only the context can have told the teachers.
    assert facts["held_out_accuracy"] > 0.9
    assert artifacts[1].load_training_record()["teacher"] == facts
    write_card(artifacts[1])
    card = artifacts[1].card.read_text()
    assert f"macro-F1 {facts['held_out_macro_f1']:.4f}" in card
    assert "which read each text together with its context" in card
    assert "trust_remote_code=True" in card
    kept = list((tmp_path / "runs" / ".work").glob("teachers-*/*"))
    assert sorted(path.name for path in kept) == ["teacher-0.npz", "teacher-1.npz"]


@pytest.mark.slow
def test_teachers_on_another_base_judge_unlabelled_texts(
    soups: LabelledData, tiny_base: Path, tmp_path: Path
) -> None:
    path = make_tiny_config(
        tmp_path / "run.yaml",
        tiny_base,
        pooling="mean",
        teacher={
            "folds": 2,
            "repeats": 2,
            "epochs": 6,
            "learning_rate": 0.005,
            "base": str(make_tiny_base(tmp_path / "teacher")),
            "max_length": 24,
        },
    )
    tastes = ("good", "bad", "cold", "sweet")
    lines = [f"somebody said {i} times that it was {tastes[i % 4]}" for i in range(96)]
    (tmp_path / "lines.txt").write_text("\n".join(lines))
    config = load_config(path)
    unlabelled = UnlabelledConfig("lines.txt")
    config = replace(
        config,
        data=replace(config.data, unlabelled=unlabelled, context=ContextConfig("talk.csv", "id")),
    )
    data = load_data(config.data, tmp_path)
    assert len(data.unlabelled) == 96
    artifact = finetune(config, path, data, tmp_path / "runs")
    record = artifact.load_training_record()
    assert record["teacher"]["repeats"] == 2 and record["teacher"]["reads_context"]
    assert (record["teacher"]["base"]["id"], record["base"]["id"]) == ("teacher", "tiny")
    assert record["teacher"]["held_out_accuracy"] > 0.9
    assert record["data"]["unlabelled"]["texts"] == 96
    kept = sorted((tmp_path / "runs" / ".work").glob("teachers-*/*"))
    assert len(kept) == 4
    for file in kept:  # with no context they were told alone
        with np.load(file) as judgement:
            judged = judgement["probabilities"][-96:]
        right = judged.argmax(axis=1) == [sorted(tastes).index(tastes[i % 4]) for i in range(96)]
        assert right.mean() > 0.9
    write_card(artifact)
    card = artifact.card.read_text()
    assert "96 further texts from `lines.txt` were judged by all of them." in card
    assert "4 teachers on " in card


def test_unlabelled_texts_without_teachers_or_without_their_file_are_an_error(
    soups: LabelledData, tiny_base: Path, tmp_path: Path
) -> None:
    unlabelled = UnlabelledConfig("lines.txt")
    for teacher, problem in (
        (None, r"data\.unlabelled is for teachers to judge; add train\.teacher"),
        ({"folds": 2}, r"judge data\.unlabelled\.file 'lines\.txt', which is not there .*--data"),
    ):
        path = make_tiny_config(tmp_path / "run.yaml", tiny_base, teacher=teacher)
        config = load_config(path)
        config = replace(config, data=replace(config.data, unlabelled=unlabelled))
        with pytest.raises(InputError, match=problem):
            finetune(config, path, load_data(config.data, tmp_path), tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("talk", "problem"),
    [(None, "is not there"), ("id,text\nother,it was good\n", "holds nothing on its train texts")],
)
def test_contexts_that_teachers_are_to_read_and_that_are_missing_are_an_error(
    soups: LabelledData, tiny_base: Path, tmp_path: Path, talk: str | None, problem: str
) -> None:
    path = make_tiny_config(tmp_path / "run.yaml", tiny_base, teacher={"folds": 2})
    context = ContextConfig("talk.csv", "id")
    config = load_config(path)
    config = replace(config, data=replace(config.data, context=context))
    (tmp_path / "talk.csv").unlink()
    if talk:
        (tmp_path / "talk.csv").write_text(talk)
    data = load_data(config.data, tmp_path)  # everything but teachers does without
    message = rf"run\.yaml: .*'talk\.csv', which {problem} .*; give --data .* remove data\.context"
    with pytest.raises(InputError, match=message) as got:
        finetune(config, path, data, tmp_path / "runs")
    assert "\n" not in str(got.value)
    assert not (tmp_path / "runs").exists()


def test_without_teachers_no_context_is_missed(
    soups: LabelledData, tiny_base: Path, tmp_path: Path
) -> None:
    path = make_tiny_config(tmp_path / "run.yaml", tiny_base)
    config = load_config(path)
    config = replace(config, data=replace(config.data, context=ContextConfig("talk.csv", "id")))
    (tmp_path / "talk.csv").unlink()
    data = load_data(config.data, tmp_path)
    assert finetune(config, path, data, tmp_path / "runs").training_record.is_file()

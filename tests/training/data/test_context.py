from pathlib import Path

import pytest

from tests.conftest import DATA_DIR, needs_data
from training.data.load import load_data
from training.data.readers import read_rows
from training.run.config import config_path, load_config
from training.run.data_config import ContextConfig, DataConfig
from training.run.errors import InputError

CONTEXT = ContextConfig("talk.csv", "id", "said", {"who": "me"}, first=2)
CONFIG = DataConfig("test", context=CONTEXT)


def write(folder: Path, talk: str) -> Path:
    splits = {
        "train": "1,x,a\n2,y,b\n3,x,a\n4,z,b\n5,v,a\n",
        "validation": "8,v,a\n",
        "test": "9,t,b\n",
    }
    for split, lines in splits.items():
        (folder / f"{split}.csv").write_text("id,text,label\n" + lines)
    (folder / "talk.csv").write_text("id,who,said\n" + talk)
    return folder


def test_the_first_matching_rows_of_the_same_key_are_joined(tmp_path: Path) -> None:
    talk = "4,you,no\n4,me, one \n1,me,first\n4,me,two\n4,me,three\n3,me,of a duplicate\n7,me,?\n"
    data = load_data(CONFIG, write(tmp_path, talk))
    train = data.splits["train"]
    contexts = dict(zip(train["text"], train["context"], strict=True))
    assert contexts == {"x": "first", "y": "", "z": "one two"}
    assert "context" not in data.splits["validation"].column_names
    assert data.provenance.record()["context"]["texts"] == 2
    assert "(with 2 contexts from talk.csv)" in data.provenance.summary()


def test_the_fingerprint_of_the_contexts_follows_them(tmp_path: Path) -> None:
    found = [
        load_data(CONFIG, write(tmp_path, talk)).provenance for talk in ("1,me,x\n", "1,me,y\n")
    ]
    assert found[0].context["fingerprint"] != found[1].context["fingerprint"]
    assert found[0].fingerprint == found[1].fingerprint


@pytest.mark.parametrize(("key", "split"), [("8", "validation"), ("9", "test")])
def test_a_context_of_a_held_out_text_is_refused(tmp_path: Path, key: str, split: str) -> None:
    folder = write(tmp_path, f"1,me,x\n{key},you,leak\n")
    with pytest.raises(InputError, match=rf"talk\.csv, line 3: '{key}' is a row of the {split}"):
        load_data(CONFIG, folder)


@pytest.mark.parametrize(
    ("talk", "message"),
    [("id,said\n1,x\n", "no column 'who'"), ("id,who,text\n1,me,x\n", "no column 'said'")],
)
def test_a_missing_column_is_named(tmp_path: Path, talk: str, message: str) -> None:
    folder = write(tmp_path, "")
    (folder / "talk.csv").write_text(talk)
    with pytest.raises(InputError, match=rf"talk\.csv, line 2: {message} \(found: "):
        load_data(CONFIG, folder)


def test_without_the_file_there_is_no_context(tmp_path: Path) -> None:
    (write(tmp_path, "") / "talk.csv").unlink()
    data = load_data(CONFIG, tmp_path)
    assert data.splits["train"].column_names == ["text", "label"]
    assert "context" not in data.provenance.record()


@needs_data
def test_real_contexts_are_of_train_conversations_alone() -> None:
    config = load_config(config_path("minilm_v2")).data
    keyed = {
        split: {
            row.key
            for row in read_rows(
                Path(DATA_DIR or "") / f"{split}.csv",
                config.text_column,
                config.label_column,
                config.context.key_column,
            )
        }
        for split in ("train", "validation", "test")
    }
    spoken = {
        row.key
        for row in read_rows(
            Path(DATA_DIR or "") / config.context.file,
            config.context.text_column,
            config.label_column,
            config.context.key_column,
        )
    }
    assert spoken <= keyed["train"]
    assert not spoken & (keyed["validation"] | keyed["test"])
    data = load_data(config, Path(DATA_DIR or ""))
    assert data.provenance.context["texts"] > 0.99 * data.provenance.rows["train"]

from pathlib import Path

import pytest

from tests.conftest import DATA_DIR, needs_data
from training.data.load import LabelledData, load_data
from training.data.readers import read_rows
from training.run.config import config_path, load_config
from training.run.data_config import ContextConfig, DataConfig, UnlabelledConfig
from training.run.errors import InputError

TURNS = UnlabelledConfig("talk.csv", "said", "id", "mood", {"who": "me"}, joined=True, min_words=2)
TALK = """id,who,said,mood
1,me,one two,a
1,you,not of me,a
1,me, three four ,
2,me,five six,b
2,me,short,b
3,me,ONE  TWO,b
3,me,The Test One,b
3,me,seven eight,b
3,me,Train one,b
"""


def load(folder: Path, config: UnlabelledConfig, text: str, **more: object) -> LabelledData:
    splits = {
        "train": "1,train one,a\n2,train two,b\n3,x,b\n",
        "validation": "8,short five,a\n",
        "test": "9,the test one,b\n",
    }
    for split, lines in splits.items():
        (folder / f"{split}.csv").write_text("id,text,label\n" + lines)
    (folder / config.file).write_text(text)
    return load_data(DataConfig("test", unlabelled=config, **more), folder)


def test_texts_are_taken_once_joined_and_with_their_label(tmp_path: Path) -> None:
    data = load(tmp_path, TURNS, TALK)
    found = dict(zip(data.unlabelled["text"], data.unlabelled["label"], strict=True))
    assert found == {
        "one two": 0,
        "three four": -1,
        "five six": 1,
        "seven eight": 1,
        "one two three four": 0,
        "five six short": 1,
        "ONE  TWO seven eight": 1,  # what stood between them is a text of test
        "seven eight Train one": 1,
    }
    told = data.provenance.record()["unlabelled"]
    assert (told["file"], told["texts"], told["labelled"]) == ("talk.csv", 8, 7)
    assert "(with 8 further texts from talk.csv)" in data.provenance.summary()


def test_what_joins_to_a_held_out_text_stays_out(tmp_path: Path) -> None:
    talk = "id,who,said,mood\n1,me,the test,a\n1,me,ONE,a\n2,me,of use,b\n"
    assert load(tmp_path, TURNS, talk).unlabelled["text"] == ["the test", "of use"]


def test_the_lines_of_any_text_file_will_do(tmp_path: Path) -> None:
    data = load(tmp_path, UnlabelledConfig("lines.txt"), "\ntoo short\n  four words it has \n")
    assert data.unlabelled[:] == {"text": ["four words it has"], "label": [-1]}
    other = load(tmp_path, UnlabelledConfig("lines.txt"), "four words it had")
    fingerprints = {d.provenance.unlabelled["fingerprint"] for d in (data, other)}
    assert len(fingerprints) == 2 and data.provenance.fingerprint == other.provenance.fingerprint


@pytest.mark.parametrize(
    ("talk", "message"),
    [
        ("id,who,said,mood\n9,you,leak of test,a\n", "line 2: '9' is a row of the test split"),
        ("id,who,said,mood\n8,me,leak of it,a\n", "line 2: '8' is a row of the validation split"),
        ("id,who,said,mood\n1,me,some words,c\n", "line 2: label 'c' is none of the training rows"),
        ("id,said,mood\n1,some words,a\n", r"line 2: no column 'who' \(found: id, said, mood\)"),
        ("id,who,said,mood\n1,me,Train One,a\n", "no text of 2 words or more that is not in the"),
    ],
)
def test_what_may_not_be_there_is_one_sentence(tmp_path: Path, talk: str, message: str) -> None:
    with pytest.raises(InputError, match=rf"talk\.csv(, |: ){message}") as got:
        load(tmp_path, TURNS, talk)
    assert "\n" not in str(got.value)


def test_one_key_names_the_rows_of_all_files(tmp_path: Path) -> None:
    (tmp_path / "context.csv").write_text("other,text\n1,x\n")
    with pytest.raises(InputError, match=r"key_column differ \(id, other\); the splits have one"):
        load(tmp_path, TURNS, TALK, context=ContextConfig("context.csv", "other"))


@needs_data
def test_nothing_of_validation_or_test_is_among_the_real_texts() -> None:
    config = load_config(config_path("minilm_v3")).data
    data = load_data(config, Path(DATA_DIR or ""))
    assert 55_000 < len(data.unlabelled) < 65_000
    texts = {text.casefold().strip() for text in data.unlabelled["text"]}
    assert len(texts) == len(data.unlabelled)
    for split in ("train", "validation", "test"):
        rows = read_rows(Path(DATA_DIR or "") / f"{split}.csv", "situation", "emotion", "conv_id")
        assert len(rows) > 2_000
        assert not texts & {row.text.casefold().strip() for row in rows}

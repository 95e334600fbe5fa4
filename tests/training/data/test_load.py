from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import DATA_DIR, needs_data
from training.data.load import clean, fingerprint, load_data
from training.data.readers import Row
from training.run.config import SPLITS, config_path, load_config
from training.run.data_config import DataConfig
from training.run.errors import InputError

CONFIG = DataConfig(name="test")


def rows(*pairs: tuple[str, str]) -> list[Row]:
    return [Row(text, label, f"line {i}") for i, (text, label) in enumerate(pairs, start=2)]


def write(folder: Path, **splits: str) -> Path:
    content = {"train": "x,a\ny,b\n", "validation": "v,a\n", "test": "t,b\n"} | splits
    for split, lines in content.items():
        (folder / f"{split}.csv").write_text("text,label\n" + lines, encoding="utf-8")
    return folder


def test_cleaning_strips_drops_and_counts() -> None:
    found = {
        "train": rows((" x ", "a"), ("x", "a"), ("x", "b"), ("", "a"), ("v", "a"), ("  ", "b")),
        "validation": rows(("v", "a"), ("v", "a")),
        "test": rows(("t", "b")),
    }
    cleaned, dropped = clean(found)
    assert [(r.text, r.label) for r in cleaned["train"]] == [("x", "a"), ("x", "b")]
    assert [(r.text, r.label) for r in cleaned["validation"]] == [("v", "a")]
    assert cleaned["train"][0].where == "line 2"
    assert dropped == {
        "empty": {"train": 2, "validation": 0, "test": 0},
        "duplicate": {"train": 1, "validation": 1, "test": 0},
        "held_out": {"train": 1, "validation": 0, "test": 0},
    }


TEXTS = st.lists(
    st.tuples(st.text("ab \n", max_size=3), st.sampled_from(["p", "q", " "])), max_size=9
)


@given(st.fixed_dictionaries({split: TEXTS for split in SPLITS}))
def test_cleaning_leaves_nothing_to_clean(found: dict[str, list[tuple[str, str]]]) -> None:
    cleaned, dropped = clean({split: rows(*pairs) for split, pairs in found.items()})
    again, nothing = clean(cleaned)
    assert again == cleaned
    assert not any(count for counts in nothing.values() for count in counts.values())
    held_out = {r.text for split in ("validation", "test") for r in cleaned[split]}
    assert not held_out & {r.text for r in cleaned["train"]}
    for split in SPLITS:
        gone = sum(counts[split] for counts in dropped.values())
        assert len(cleaned[split]) + gone == len(found[split])


def test_the_fingerprint_follows_content_and_order_alone() -> None:
    base = {"train": rows(("x", "a"), ("y", "b")), "validation": [], "test": []}
    elsewhere = base | {"train": [Row("x", "a", "row 9"), Row("y", "b", "row 10")]}
    assert fingerprint(base) == fingerprint(elsewhere)
    assert fingerprint(base) != fingerprint(base | {"train": base["train"][::-1]})
    assert fingerprint(base) != fingerprint(base | {"test": base["train"]})


def test_a_directory_is_loaded_with_sorted_labels(tmp_path: Path) -> None:
    data = load_data(CONFIG, write(tmp_path, train="x,zebra\ny,ant\nz,b\nw,a\n"))
    assert data.labels == ["a", "ant", "b", "zebra"]
    assert data.splits["train"]["label"] == [3, 1, 2, 0]
    assert data.splits["train"]["text"] == ["x", "y", "z", "w"]
    assert data.provenance.source == "directory"
    assert data.provenance.rows == {"train": 4, "validation": 1, "test": 1}


def test_given_labels_keep_their_order(tmp_path: Path) -> None:
    config = DataConfig(name="test", labels=["b", "a"])
    assert load_data(config, write(tmp_path)).splits["train"]["label"] == [1, 0]


UNTRAINED = {"validation": "v,c\n"}
BAD_DATA = {
    "unknown label": (
        {"test": "t,b\nu,c\n"},
        ["a", "b"],
        ["test.csv, line 3", "'c'", "data.labels"],
    ),
    "untrained label": (UNTRAINED, None, ["validation.csv, line 2", "'c'", "training row"]),
    "label twice": ({}, ["a", "b", "a"], ["data.labels", "'a'", "remove one"]),
    "label without row": ({}, ["a", "b", "c"], ["train.csv", "'c'", "remove the label"]),
    "empty split": ({"test": ""}, None, ["test.csv", "no usable row"]),
    "split of blanks": ({"validation": '" ",a\n'}, None, ["validation.csv", "no usable row"]),
    "one label": ({"train": "x,a\n", "test": "t,a\n"}, None, ["train.csv", "only one label"]),
}


@pytest.mark.parametrize("case", BAD_DATA)
def test_bad_data_is_named_with_place_and_remedy(tmp_path: Path, case: str) -> None:
    splits, labels, words = BAD_DATA[case]
    with pytest.raises(InputError) as caught:
        load_data(DataConfig(name="test", labels=labels), write(tmp_path, **splits))
    message = str(caught.value)
    assert "\n" not in message
    assert [word for word in words if word not in message] == []


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such directory; give one with --data"):
        load_data(CONFIG, tmp_path / "absent")


@needs_data
def test_the_real_data_is_what_the_committed_records_speak_of() -> None:
    data = load_data(load_config(config_path("minilm")).data, Path(DATA_DIR))
    assert data.provenance.rows == {"train": 19189, "validation": 2753, "test": 2541}
    assert data.provenance.dropped["held_out"]["train"] == 3
    assert len(data.labels) == 32

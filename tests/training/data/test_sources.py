import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.hub import Hub
from training.data.load import load_data
from training.run.data_config import DataConfig
from training.run.errors import InputError

HEADER = b"situation,emotion\n"
CONFIG = DataConfig(name="x", hub_id="some/data", text_column="situation", label_column="emotion")


SPLITS = {"train": b"x,a\ny,b\n", "validation": b"v,a\n", "test": b"t,b\n"}


def publish(hub: Hub, name: str = "some/data") -> None:
    files = {f"{split}.csv": HEADER + lines for split, lines in SPLITS.items()}
    hub.repositories["datasets", name] = files


def test_the_hub_data_set_is_read_by_name(hub: Hub) -> None:
    publish(hub)
    data = load_data(CONFIG)
    assert data.provenance.source == "hub"
    assert data.provenance.id == "some/data"
    assert data.splits["train"]["text"] == ["x", "y"]


def test_a_hub_data_set_of_that_name_must_exist(hub: Hub) -> None:
    with pytest.raises(InputError, match=r"'no/such'.*correct data.hub_id or give --data"):
        load_data(replace(CONFIG, hub_id="no/such"))


def test_a_hub_data_set_must_have_the_columns(hub: Hub) -> None:
    publish(hub)
    with pytest.raises(InputError, match=r"no column 'text' \(found: situation, emotion\)"):
        load_data(replace(CONFIG, text_column="text"))


def test_a_hub_data_set_must_have_three_splits(hub: Hub) -> None:
    publish(hub)
    del hub.repositories["datasets", CONFIG.hub_id]["test.csv"]
    with pytest.raises(InputError, match="has no test split"):
        load_data(CONFIG)


def test_a_directory_comes_before_the_variable_and_that_before_the_hub(
    tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(hub)
    for name in ("given", "variable"):
        (tmp_path / name).mkdir()
        for split in ("train", "validation", "test"):
            lines = f"situation,emotion\n{name} {split},a\nother {split},b\n"
            (tmp_path / name / f"{split}.csv").write_text(lines)
    monkeypatch.setenv("POCKET_DATA_DIR", str(tmp_path / "variable"))
    assert load_data(CONFIG, tmp_path / "given").provenance.id == "given"
    assert load_data(CONFIG).provenance.id == "variable"
    assert hub.requests == []


def test_without_a_hub_id_the_sample_is_used_and_announced(
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = load_data(replace(CONFIG, hub_id=None))
    assert data.provenance.source == "sample"
    assert "!! Using the embedded sample" in capsys.readouterr().err


PROGRAM = """
import sys
from training.run.data_config import DataConfig
from training.data.load import load_data
config = DataConfig("x", sys.argv[1], text_column="situation", label_column="emotion")
print(load_data(config).provenance.source)
"""


def run_without_network(hub_id: str, home: Path) -> subprocess.CompletedProcess[str]:
    # Port 9 is "discard": nobody listens there.
    environment = os.environ | {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(home)}
    command = [sys.executable, "-c", PROGRAM, hub_id]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def test_an_unreachable_hub_leads_to_the_sample_and_says_so(tmp_path: Path) -> None:
    done = run_without_network("some/data", tmp_path)
    assert done.stdout == "sample\n"
    assert "'some/data' is out of reach" in done.stderr


def test_an_unreachable_hub_does_not_matter_once_the_data_is_cached(hub: Hub) -> None:
    publish(hub, "cached/data")
    load_data(replace(CONFIG, hub_id="cached/data"))
    done = run_without_network("cached/data", Path(os.environ["HF_HOME"]))
    assert done.stdout == "hub\n"
    assert "!!" not in done.stderr

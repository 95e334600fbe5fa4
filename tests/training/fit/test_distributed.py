"""Several processes train like one: the same batches, one artifact, and they go on when killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate.data_loader import BatchSamplerShard
from torch.utils.data import BatchSampler
from transformers import TrainingArguments

from tests.tiny import make_soups, make_tiny_config
from training.data.load import load_data
from training.fit.arguments import training_arguments
from training.fit.sampler import ShuffledBatches
from training.fit.seeds import Role, Seeds
from training.measure.predict import predict
from training.run.artifact import Artifact
from training.run.config import TrainConfig, load_config
from training.run.errors import InputError
from training.run.files import ROOT

GLOBAL_BATCH = 32
EPOCHS = 3
SEEDS = Seeds(0)


def shards(
    count: int, epoch: int, seeds: Seeds = SEEDS, processes: int = 2
) -> list[list[list[int]]]:
    """For each process its batches of an epoch, drawn as the Trainer draws them."""
    found = []
    for rank in range(processes):
        torch.manual_seed(1000 * epoch + rank)  # dropout moves the processes apart
        order = ShuffledBatches([i % 13 + 1 for i in range(count)], GLOBAL_BATCH, seeds)
        batches = BatchSampler(order, GLOBAL_BATCH // processes, drop_last=False)
        order.set_epoch(epoch)
        found.append(list(BatchSamplerShard(batches, processes, rank)))
    return found


@pytest.mark.parametrize("processes", [2, 4])
def test_an_epoch_shows_every_text_once(processes: int) -> None:
    seen = [i for batches in shards(320, 0, processes=processes) for b in batches for i in b]
    assert sorted(seen) == list(range(320))


def test_only_the_last_batch_is_filled_up() -> None:
    first, second = shards(300, 0)
    assert len(first) == len(second) == 10
    whole = [i for a, b in zip(first[:-1], second[:-1], strict=True) for i in (*a, *b)]
    assert len(set(whole)) == len(whole) == 288
    assert set(whole) | {*first[-1], *second[-1]} == set(range(300))


@pytest.mark.parametrize("processes", [2, 4])
def test_the_parts_of_a_batch_make_up_the_batch_of_one_process(processes: int) -> None:
    (alone,) = shards(320, 3, processes=1)
    together = shards(320, 3, processes=processes)
    joined = [[i for part in parts for i in part] for parts in zip(*together, strict=True)]
    assert joined == alone


def test_batches_are_shuffled_and_each_is_of_about_one_length() -> None:
    (batches,) = shards(3 * 50 * GLOBAL_BATCH, 0, processes=1)
    lengths = [[i % 13 + 1 for i in batch] for batch in batches]
    # Those drawn last are too few to find many of one length.
    assert sum(max(batch) - min(batch) > 1 for batch in lengths) <= 2
    means = np.array([np.mean(batch) for batch in lengths])
    # Sorted ones would hardly ever rise from one batch to the next.
    rises = np.mean(np.diff(means) > 0)
    assert 0.35 < rises < 0.6
    assert abs(np.corrcoef(means[:-1], means[1:])[0, 1]) < 0.25


def test_each_epoch_student_and_seed_has_its_own_order_which_a_resumed_run_finds_again() -> None:
    assert shards(320, 1) == shards(320, 1)
    who = [Seeds(seed, role, number) for seed in range(3) for role in Role for number in range(3)]
    different = [shards(320, epoch, seeds) for seeds in who for epoch in range(3)]
    assert len({json.dumps(order) for order in different}) == 3 * 2 * 3 * 3


def test_a_batch_that_cannot_be_shared_out_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TrainingArguments, "world_size", property(lambda self: 3))
    assert training_arguments(TrainConfig(batch_size=33)).per_device_train_batch_size == 11
    with pytest.raises(InputError, match=r"batch_size 32 .* 3 processes; choose a multiple") as got:
        training_arguments(TrainConfig(batch_size=32))
    assert "\n" not in str(got.value)


def test_several_gpus_in_one_process_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TrainingArguments, "n_gpu", property(lambda self: 2))
    with pytest.raises(InputError, match=r"2 GPUs .* torchrun --nproc_per_node 2, or set") as got:
        training_arguments(TrainConfig())
    assert "\n" not in str(got.value)


# Draws random numbers as dropout would, another count in each process, and notes what it is shown.
PROGRAM = """
import json, os, sys
from pathlib import Path
import torch
from training.fit import arguments, finetune, loop
from training.run.config import load_config
from training.data.load import load_data

config_file, data, artifacts, notes = map(Path, sys.argv[1:])
rank = int(os.environ.get("RANK", 0))
(notes / f"{rank}.pid").write_text(str(os.getpid()))
arguments._bf16_is_fast = lambda: False

class Noting(loop._Trainer):
    def note(self, kind, inputs):
        torch.rand(rank + 1)
        rows = [self.processing_class.decode(row, True) for row in inputs["input_ids"]]
        with (notes / f"{kind}-{rank}.jsonl").open("a") as file:
            print(json.dumps([int(self.state.epoch), rows]), file=file)

    def training_step(self, model, inputs, *others):
        self.note("train", inputs)
        return super().training_step(model, inputs, *others)

    def prediction_step(self, model, inputs, *others, **named):
        self.note("validation", inputs)
        return super().prediction_step(model, inputs, *others, **named)

write = finetune.write_artifact

def noting_write(*given):
    with (notes / "writers").open("a") as file:
        print(rank, file=file)
    write(*given)

loop._Trainer = Noting
finetune.write_artifact = noting_write
config = load_config(config_file)
artifact = finetune.finetune(config, config_file, load_data(config.data, data), artifacts)
assert artifact.load_training_record()["history"]  # complete for every process
"""


Process = subprocess.Popen[bytes]


def start(arguments: list[str | Path], folder: Path) -> Process:
    """Python in a process of its own, what it says in a file."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # Set for good by the first training in half precision, and read by the next.
    environment.pop("ACCELERATE_MIXED_PRECISION", None)
    command = [sys.executable, *map(str, arguments)]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def torchrun(*program: str | Path, folder: Path) -> Process:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    address = ["--master_addr", "127.0.0.1", "--master_port", port]
    launch = ["-m", "torch.distributed.run", "--nproc_per_node", "2", *address]
    return start([*launch, *program], folder)


@pytest.fixture(scope="module")
def config_file(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Path:
    """A run without dropout, whose result depends on nothing but the batches."""
    folder = tmp_path_factory.mktemp("still")
    base = folder / "base"
    base.mkdir()
    for path in tiny_base.iterdir():
        (base / path.name).write_bytes(path.read_bytes())
    settings = json.loads((base / "config.json").read_text())
    still = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    (base / "config.json").write_text(json.dumps(settings | still))
    make_soups(folder)
    (folder / "program.py").write_text(PROGRAM)
    return make_tiny_config(folder / "run.yaml", base, epochs=EPOCHS, batch_size=GLOBAL_BATCH)


def program(config_file: Path, artifacts: Path, notes: Path) -> list[str | Path]:
    """The call of the program above; its notes go to a folder of their own."""
    notes.mkdir(exist_ok=True)
    folder = config_file.parent
    return [folder / "program.py", config_file, folder, artifacts, notes]


@pytest.fixture(scope="module")
def alone(config_file: Path) -> Artifact:
    """The run as one process does it."""
    notes = config_file.parent / "notes"
    process = start(program(config_file, config_file.parent / "runs", notes), notes)
    assert process.wait(timeout=300) == 0, (notes / "log").read_text()
    return Artifact(config_file.parent / "runs" / "tiny")


def seen(notes: Path, kind: str, rank: int) -> list[tuple[int, list[str]]]:
    """Epoch and texts of each batch that a process was shown."""
    return [json.loads(line) for line in (notes / f"{kind}-{rank}.jsonl").open()]


def check_same(artifacts: Path, alone: Artifact, notes: Path) -> dict[str, object]:
    """One complete artifact, written once, with the figures of one process."""
    assert {path.name for path in artifacts.iterdir()} == {".work", "tiny"}
    assert list((artifacts / ".work").iterdir()) == []
    assert (notes / "writers").read_text() == "0\n"
    artifact = Artifact(artifacts / "tiny")
    assert {p.name for p in artifact.path.iterdir()} == {p.name for p in alone.path.iterdir()}
    record, expected = artifact.load_training_record(), alone.load_training_record()
    assert (record["processes"], expected["processes"]) == (2, 1)
    assert len(record["history"]) == EPOCHS
    # No dropout, the same batches: what is left is the order of additions. It learns, too: an order
    # of its own moves these figures by hundredths.
    assert expected["history"][-1]["validation_loss"] < expected["history"][0]["validation_loss"]
    for ours, theirs in zip(record["history"], expected["history"], strict=True):
        assert ours["epoch"] == theirs["epoch"]
        for figure in ("train_loss", "validation_loss"):
            assert ours[figure] == pytest.approx(theirs[figure], abs=1e-3)
        assert ours["validation_macro_f1"] == pytest.approx(theirs["validation_macro_f1"], abs=0.02)
    texts = ["the soup was good", "train soup 7 was bad and again"]
    assert predict(artifact, texts) == pytest.approx(predict(alone, texts), abs=0.01)
    return record


@pytest.mark.slow
def test_two_processes_train_what_one_would(
    config_file: Path, alone: Artifact, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    process = torchrun(*program(config_file, tmp_path / "runs", notes), folder=notes)
    assert process.wait(timeout=300) == 0, (notes / "log").read_text()
    record = check_same(tmp_path / "runs", alone, notes)
    assert not record["resumed"]

    splits = load_data(load_config(config_file).data, config_file.parent).splits
    for kind in ("train", "validation"):
        shown = [entry for rank in range(2) for entry in seen(notes, kind, rank)]
        texts = sorted(splits[kind]["text"])
        for epoch in {epoch for epoch, _ in shown}:
            batches = [batch for at, batch in shown if at == epoch]
            assert sorted(text for batch in batches for text in batch) == texts
            if kind == "train":
                assert {len(batch) for batch in batches} == {GLOBAL_BATCH // 2}
        assert len({epoch for epoch, _ in shown}) == EPOCHS


@pytest.mark.slow
def test_killed_processes_go_on_together(
    config_file: Path, alone: Artifact, tmp_path: Path
) -> None:
    runs, notes = tmp_path / "runs", tmp_path / "notes"
    process = torchrun(*program(config_file, runs, notes), folder=notes)
    deadline = time.monotonic() + 240
    while not list(runs.glob(".work/*/student-0/checkpoint-*/trainer_state.json")):
        assert process.poll() is None and time.monotonic() < deadline, (notes / "log").read_text()
        time.sleep(0.02)
    # Each is the head of a session of its own: killing the launcher alone would leave them running.
    for pid in (process.pid, *(int((notes / f"{rank}.pid").read_text()) for rank in range(2))):
        os.kill(pid, signal.SIGKILL)
    process.wait()
    assert not (runs / "tiny").exists() and not (notes / "writers").exists()

    for path in notes.glob("*.jsonl"):
        path.unlink()
    process = torchrun(*program(config_file, runs, notes), folder=notes)
    assert process.wait(timeout=300) == 0, (notes / "log").read_text()
    assert check_same(runs, alone, notes)["resumed"]
    first, second = (seen(notes, "train", rank)[0][0] for rank in range(2))
    assert first == second >= 1


@pytest.mark.slow
def test_the_script_says_once_a_process_what_is_wrong(tmp_path: Path, tiny_base: Path) -> None:
    run = f"trial-odd-{os.getpid()}"
    config = make_tiny_config(tmp_path / "odd.yaml", tiny_base, run=run, batch_size=33)
    make_soups(tmp_path)
    script = ROOT / "scripts" / "train.py"
    process = torchrun(script, config, "--data", tmp_path, folder=tmp_path)
    assert process.wait(timeout=300) != 0
    log = (tmp_path / "log").read_text()
    errors = [line for line in log.splitlines() if line.startswith("error: ")]
    assert 1 <= len(errors) <= 2  # the launcher may end one process before it has spoken
    assert set(errors) == {
        "error: train.batch_size 33 cannot be shared out to 2 processes; choose a multiple"
    }
    assert "exitcode  : 2" in log
    # The launcher prints where it stopped itself; nothing of ours is in that.
    assert f'File "{ROOT}/training' not in log
    assert f'File "{ROOT}/scripts' not in log
    assert not (ROOT / "training" / "artifacts" / run).exists()

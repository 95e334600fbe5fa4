"""Scripts as they are called: help, exit codes, one sentence for bad input."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from export.graph.ahead import SHIPPED_LEVEL, optimize_ahead
from export.graph.session import predict
from export.quality.calibrate import calibrate
from tests.tiny import Made, break_int8, make_tiny_config
from training.data.load import LabelledData
from training.data.sources import SAMPLE_DIR
from training.run.files import ROOT, write_json

SCRIPTS = sorted((ROOT / "scripts").rglob("*.py"))


def run(
    script: str, *arguments: str | Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / script), *map(str, arguments)]
    # From elsewhere: nothing may depend on the working directory.
    return subprocess.run(
        command,
        cwd="/",
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_help_explains_each_flag_and_shows_a_call(script: Path) -> None:
    name = str(script.relative_to(ROOT / "scripts"))
    done = run(name, "--help")
    assert done.returncode == 0
    assert f"python scripts/{name}" in done.stdout
    flags = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith("--")]
    joined = " ".join(done.stdout.split())
    for flag in flags:
        flag_name = flag.split()[0].rstrip(",")
        assert joined.index(flag_name) and len(joined.split(flag_name)[-1]) > 20


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_scripts_are_thin(script: Path) -> None:
    text = script.read_text()
    assert "def main(argv: Sequence[str] | None = None) -> int:" in text
    assert len(text.splitlines()) <= 70


BAD_CALLS = {
    "no such config": (["train.py", "maxilm"], "no config 'maxilm'"),
    "no such data": (["train.py", "minilm", "--data", "/absent"], "/absent: no such directory"),
    "no such run": (["evaluate.py", "--run", "absent"], "no run 'absent'"),
    "nothing to check": (["check_parity.py", "--run", "absent"], "no run 'absent'"),
    "no such base": (
        ["train.py", "minilm", "--base", "/absent", "--data", SAMPLE_DIR],
        "base '/absent'",
    ),
    "no offline base": (
        ["train.py", "minilm", "--base", "offline:some/other", "--data", SAMPLE_DIR],
        "it has no offline base",
    ),
    "nothing to measure": (["measure.py", "--run", "absent"], "no run 'absent'"),
    "nothing of that kind": (["measure.py", "mood"], "unknown kind 'mood'"),
    "nothing to compare": (
        ["compare_models.py", "--run", "absent"],
        "none of the runs has a test_metrics.json",
    ),
    "no such ladder": (["study/ablate.py", "--ladder", "/absent"], "/absent: not a list of rungs"),
    "nothing to build": (["build_web.py", "--run", "absent"], "no run 'absent'"),
    "nothing to hand over": (
        ["export_hub.py", "--run", "absent", "--out", "/absent"],
        "no run 'absent'",
    ),
    "nowhere to put it": (["export_hub.py"], "give --out DIR, --push REPO, or both"),
}


@pytest.mark.parametrize("case", BAD_CALLS)
def test_bad_input_is_one_sentence_and_exit_code_2(case: str) -> None:
    arguments, words = BAD_CALLS[case]
    done = run(*arguments)
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert words in line
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_road_from_labelled_text_to_parity(tmp_path: Path, tiny_base: Path) -> None:
    """Train, evaluate, export and check a run of one's own, by the scripts alone."""
    name = f"trial-{os.getpid()}"
    config = make_tiny_config(tmp_path / "trial.yaml", tiny_base, run=name)
    folder = ROOT / "training" / "artifacts" / name
    try:
        data = ("--data", SAMPLE_DIR)
        for call in (
            ("train.py", config),
            ("evaluate.py", "--run", name, "--split", "validation"),
            ("evaluate.py", "--run", name),
            ("check_parity.py", "--run", name),
        ):
            done = run(*call, *data)
            assert done.returncode == 0, done.stderr
        assert "onnx_int8" in done.stdout
        metrics = json.loads((folder / "test_metrics.json").read_text())
        parity = json.loads((folder / "parity.json").read_text())
        assert parity["results"]["torch"]["macro_f1"] == pytest.approx(metrics["macro_f1"])
        assert "ONNX int8: up to date" in run("check_parity.py", "--run", name, *data).stdout

        parity |= {"passed": False, "breaches": ["onnx_int8: agreement 0.5, wanted 0.92"]}
        (folder / "parity.json").write_text(json.dumps(parity))
        refused = run("build_web.py", "--run", name, *data)
        assert refused.returncode == 1
        assert "outside the gate (onnx_int8: agreement 0.5, wanted 0.92)" in refused.stderr

        settings = yaml.safe_load((folder / "run.yaml").read_text())
        settings["quantize"] = {"max_megabytes": 0.1}
        (folder / "run.yaml").write_text(yaml.safe_dump(settings))
        too_large = run("check_parity.py", "--run", name, *data)
        assert too_large.returncode == 1 and "over the limit of 0.1 MB" in too_large.stderr
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_breach_of_the_gate_is_exit_code_1(
    exported: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    break_int8(monkeypatch)
    main = runpy.run_path(str(ROOT / "scripts" / "check_parity.py"))["main"]
    artifact = exported.copy()
    assert main(["--run", str(artifact.path), "--data", str(SAMPLE_DIR)]) == 1
    assert "breach: onnx_int8: agreement" in capsys.readouterr().err
    assert json.loads(artifact.parity.read_text())["passed"] is False


def test_the_command_line_says_what_the_page_would(
    exported: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str], sample_data: LabelledData
) -> None:
    """Temperature and threshold of calibration.json, logits of the graph that is shipped."""
    artifact, texts = exported.copy(), list(sample_data.splits["test"]["text"][:8])
    record = calibrate(artifact, sample_data) | {"temperature": 2.5}
    optimize_ahead(artifact.onnx_quantized, tmp_path / "shipped.onnx")
    logits = predict(artifact, tmp_path / "shipped.onnx", texts, level=SHIPPED_LEVEL)
    # As web/classifier/probabilities.js computes them.
    powers = np.exp(logits.astype(float) / record["temperature"])
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    record["unsure_below"] = float(np.median(probabilities.max(axis=1)))
    write_json(artifact.calibration, record)

    main = runpy.run_path(str(ROOT / "scripts" / "classify.py"))["main"]
    options = ["--run", str(artifact.path), "--data", str(SAMPLE_DIR), "--top", "2"]
    assert main([*options, *texts]) == 0
    labels = artifact.load_labels()
    expected = []
    for text, row in zip(texts, probabilities, strict=True):
        first, second = np.argsort(-row)[:2]
        opening = "Most likely" if row[first] >= record["unsure_below"] else "Not sure, perhaps"
        scores = f"{labels[first]} {row[first]:.1%}, {labels[second]} {row[second]:.1%}"
        expected += [text, f"  {opening} {scores}"]
    assert capsys.readouterr().out.splitlines() == expected
    openings = {line.split()[0] for line in expected[1::2]}
    assert openings == {"Most", "Not"}

"""Only what a browser has passed is published; what it found is bound to the page it was shown."""

import json
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from export.pipeline import StaleStages
from export.quality.facts import BROWSER
from export.site.page import PROGRAM
from tests.export.conftest import snapshot
from training.data.sources import SAMPLE_DIR
from training.measure import predict as torch_runtime
from training.run.artifact import Artifact
from training.run.errors import CheckError
from training.run.files import ROOT, read_json

Asked = list[Path]
PretendBrowser = Callable[[int], Asked]


@pytest.fixture
def artifact(passed: Artifact, tmp_path: Path) -> Artifact:
    return Artifact(Path(shutil.copytree(passed.path, tmp_path / "runs" / passed.name)))


@pytest.fixture
def stages(artifact: Artifact, web: Path) -> StaleStages:
    return StaleStages(artifact, SAMPLE_DIR, lambda _: None, web)


@pytest.fixture
def pretend_browser(artifact: Artifact, monkeypatch: pytest.MonkeyPatch) -> PretendBrowser:
    """Answers as torch does, times a sign, in the place of Chromium; notes what it was shown."""

    def install(sign: int) -> Asked:
        asked: Asked = []

        def classify(site: Path, texts: list[str]) -> tuple[np.ndarray, str]:
            assert (site / "index.html").is_file()
            assert BROWSER not in read_json(site / "model" / "bundle.json")["card"]["metrics"]
            asked.append(site)
            return sign * torch_runtime.predict(artifact, texts), f"Pretended {sign}"

        monkeypatch.setattr("export.pipeline.classify_in_browser", classify)
        return asked

    return install


def change_program(web: Path) -> None:
    program = web / PROGRAM / "session.js"
    program.write_text(program.read_text() + "// changed\n")


def test_a_page_that_fails_in_the_browser_is_not_published_and_is_measured_again(
    stages: StaleStages, web: Path, pretend_browser: PretendBrowser
) -> None:
    stages.site()
    before = snapshot(web)
    pretend_browser(-1)
    record = stages.parity_in_browser()
    assert not record["passed"] and record["breaches"][0].startswith(BROWSER)
    assert snapshot(web) == before
    with pytest.raises(CheckError, match=f"outside the gate.*{BROWSER}"):
        stages.site()

    asked = pretend_browser(1)
    assert stages.parity_in_browser()["passed"]
    (site,) = asked
    assert web not in (site, *site.parents) and not site.exists()
    assert BROWSER in read_json(web / "model" / "bundle.json")["card"]["metrics"]


def test_a_first_page_that_fails_leaves_no_page(
    stages: StaleStages, web: Path, pretend_browser: PretendBrowser
) -> None:
    before = snapshot(web)
    pretend_browser(-1)
    stages.parity_in_browser()
    assert snapshot(web) == before


def test_figures_of_another_page_are_not_shown(
    stages: StaleStages, artifact: Artifact, web: Path, pretend_browser: PretendBrowser
) -> None:
    pretend_browser(1)
    stages.parity_in_browser()
    assert BROWSER in stages.site().bundle["card"]["metrics"]
    assert BROWSER in stages.parity(again=True)["results"]
    change_program(web)
    metrics = stages.site().bundle["card"]["metrics"]
    assert BROWSER not in metrics and "onnx_int8" in metrics
    assert BROWSER in json.loads(artifact.parity.read_text())["results"]  # a build forgets nothing
    assert BROWSER not in stages.parity(again=True)["results"]


def test_a_page_that_was_mended_is_not_held_back_by_the_failure_of_the_one_before(
    stages: StaleStages, web: Path, pretend_browser: PretendBrowser
) -> None:
    pretend_browser(-1)
    stages.parity_in_browser()
    change_program(web)
    assert BROWSER not in stages.site().bundle["card"]["metrics"]


def test_a_breach_in_the_browser_is_exit_code_1(
    artifact: Artifact,
    pretend_browser: PretendBrowser,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    published: list[str] = []
    monkeypatch.setattr("export.pipeline.build_site", lambda *_: published.append("site"))
    main = runpy.run_path(str(ROOT / "scripts" / "check_parity.py"))["main"]
    call = ["--run", str(artifact.path), "--data", str(SAMPLE_DIR), "--browser"]
    asked = pretend_browser(-1)
    assert [main(call), main(call)] == [1, 1]
    assert f"breach: {BROWSER}: agreement" in capsys.readouterr().err
    assert len(asked) == 2 and published == []
    pretend_browser(1)
    assert main(call) == 0 and published == ["site"]


@pytest.mark.slow
def test_chromium_is_asked_through_the_page_before_it_is_published(
    stages: StaleStages, web: Path
) -> None:
    record = stages.parity_in_browser()
    row = record["results"][BROWSER]
    assert record["passed"] and row["browser"].startswith("Chromium")
    assert row["against_native_int8"]["agreement"] > 0.95
    assert (
        read_json(web / "model" / "bundle.json")["card"]["metrics"][BROWSER]["macro_f1"]
        == row["macro_f1"]
    )

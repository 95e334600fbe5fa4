"""The library as others get it: packed, installed into projects of their kind, built and served."""

import gzip
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from export.pipeline import StaleStages
from export.site.build import MODEL_BUNDLE, WEB_DIR
from export.site.npm import install_packages, node_command
from tests.conftest import REAL_DIR
from tests.web.conftest import browser, context  # noqa: F401
from training.run.artifact import BROWSER_RUN, find_artifact
from training.run.files import ROOT

PACKAGE = WEB_DIR / "classifier"
PROJECTS = ROOT / "tests" / "package" / "projects"
TOOLS = ("vite", "webpack", "react", "onnxruntime-web")
# Texts whose two best labels are closer than this may swap them: rounding makes int8 differ between
# WebAssembly and a processor's own kernels.
CLEAR_MARGIN = 0.5
GOLDEN = 20

Build = Callable[[str], Path]


def run_node(*command: str | Path, folder: Path, program: str = "node") -> str:
    """What a program of Node.js prints; the test fails with its complaints if it does."""
    call = [*node_command(program), *map(str, command)]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What would be published."""
    install_packages(WEB_DIR)  # the compiler that writes the types
    folder = tmp_path_factory.mktemp("packed")
    run_node("pack", "--pack-destination", folder, folder=PACKAGE, program="npm")
    (tarball,) = folder.glob("*.tgz")
    return tarball


@pytest.fixture(scope="session")
def projects(tarball: Path) -> Path:
    """The projects with everything that they need; the tools stay there from run to run."""
    install_packages(PROJECTS, TOOLS)
    quietly = ("--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
    run_node("install", *quietly, tarball, folder=PROJECTS, program="npm")
    return PROJECTS


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle and what it names, as they were built last: others may build while this runs."""
    if not (WEB_DIR / MODEL_BUNDLE).is_file():
        StaleStages(find_artifact(BROWSER_RUN), REAL_DIR).site()
    copy = tmp_path_factory.mktemp("built") / "model"
    shutil.copytree(WEB_DIR / "model", copy)
    return copy


@pytest.fixture(scope="session")
def golden(model_folder: Path) -> dict[str, str]:
    """Some of the bundle's golden texts, with the labels that Python gives them."""
    bundle = json.loads((model_folder / "bundle.json").read_text())
    path = model_folder / bundle["files"]["golden"]["path"]
    rows = json.loads(gzip.decompress(path.read_bytes()))["texts"]
    gaps = np.ptp(np.sort([row["logits"] for row in rows], axis=1)[:, -2:], axis=1)
    clear = [row for row, gap in zip(rows, gaps, strict=True) if gap > CLEAR_MARGIN]
    chosen = clear[:: max(1, len(clear) // GOLDEN)][:GOLDEN]
    assert len(chosen) > GOLDEN / 2
    return {row["text"]: bundle["labels"][row["label"]] for row in chosen}


def _plain(projects: Path, target: Path) -> None:
    program = projects / "node_modules" / "pocket-classifier" / "bin" / "pocket-classifier.js"
    run_node(program, "copy", target, folder=projects)
    shutil.copy(projects / "plain" / "index.html", target)


def _vite(name: str) -> Callable[[Path, Path], None]:
    def build(projects: Path, target: Path) -> None:
        program = projects / "node_modules" / "vite" / "bin" / "vite.js"
        run_node(program, "build", "--outDir", target, folder=projects / name)

    return build


def _webpack(projects: Path, target: Path) -> None:
    program = projects / "node_modules" / "webpack-cli" / "bin" / "cli.js"
    run_node(program, "--output-path", target, folder=projects / "webpack")
    shutil.copy(projects / "webpack" / "index.html", target)


BUILDERS = {"plain": _plain, "vite": _vite("vite"), "webpack": _webpack, "react": _vite("react")}


@pytest.fixture(scope="session")
def build(projects: Path, model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Build a project by name, once: the folder to be served, with the model in it."""
    built: dict[str, Path] = {}

    def build(name: str) -> Path:
        if name not in built:
            target = tmp_path_factory.mktemp(name) / "site"
            BUILDERS[name](projects, target)
            shutil.copytree(model_folder, target / "model")
            built[name] = target
        return built[name]

    return build

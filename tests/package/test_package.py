"""What is in the package, and what a compiler and a server see of it."""

import json
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

from export.site.build import WEB_DIR
from export.site.npm import VENDORED, node_command
from tests.package.conftest import PACKAGE, PROJECTS, run_node

pytestmark = pytest.mark.slow

LIMIT = 60_000


@pytest.fixture(scope="module")
def names(tarball: Path) -> set[str]:
    with tarfile.open(tarball) as archive:
        return {name.removeprefix("package/") for name in archive.getnames()}


def test_it_is_small_and_brings_no_model(tarball: Path, names: set[str]) -> None:
    assert tarball.stat().st_size < LIMIT
    assert {Path(name).suffix for name in names} <= {".js", ".ts", ".json", ".md"}


def test_it_brings_all_that_it_exports(names: set[str]) -> None:
    description = json.loads((PACKAGE / "package.json").read_text())
    places = [description["bin"]["pocket-classifier"], *description["sideEffects"]]
    for target in description["exports"].values():
        places += target.values() if isinstance(target, dict) else [target]
    assert {place.removeprefix("./") for place in places} <= names
    modules = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.js")}
    left_out = {"types.js", "bundle-types.js"}  # nothing in them runs; what they say is in types/
    assert modules - names == left_out
    for name in modules - left_out:
        assert not re.search(r'^(import|export) .*types\.js"', (PACKAGE / name).read_text(), re.M)


def test_it_needs_the_versions_that_our_page_has() -> None:
    page = json.loads((WEB_DIR / "package.json").read_text())["dependencies"]
    ours = json.loads((PACKAGE / "package.json").read_text())["dependencies"]
    assert ours == {name: page[name] for name in VENDORED}  # what the page has besides is its own
    projects = json.loads((PROJECTS / "package.json").read_text())["dependencies"]
    assert ours.items() <= projects.items()


def test_a_compiler_takes_its_types(projects: Path) -> None:
    compiler = WEB_DIR / "node_modules" / "typescript" / "bin" / "tsc"
    run_node(compiler, "-p", projects / "types", folder=projects)


@pytest.mark.parametrize("module", ["", "/plain", "/element", "/element-plain"])
def test_a_server_may_import_it(projects: Path, module: str) -> None:
    program = f'import "pocket-classifier{module}"; console.log("imported")'
    said = run_node("--input-type=module", "-e", program, folder=projects)
    assert said == "imported\n"


def test_the_program_says_how_it_is_used(projects: Path, tmp_path: Path) -> None:
    program = projects / "node_modules" / "pocket-classifier" / "bin" / "pocket-classifier.js"
    call = [*node_command(), str(program), "copy"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: pocket-classifier copy DIR")
    assert list(tmp_path.iterdir()) == []

"""The JavaScript modules by themselves: types and unit tests."""

import re
import subprocess

import pytest

from export.site.build import WEB_DIR
from export.site.npm import install_packages, node_command
from training.run.files import ROOT


@pytest.fixture(scope="module", autouse=True)
def packages() -> None:
    install_packages(WEB_DIR)


@pytest.mark.slow
@pytest.mark.parametrize("project", ["tsconfig.page.json", "tsconfig.worker.json"])
def test_types_hold(project: str) -> None:
    compiler = WEB_DIR / "node_modules" / "typescript" / "bin" / "tsc"
    command = [*node_command(), str(compiler), "--project", str(WEB_DIR / project)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout


def test_units_behave() -> None:
    files = sorted(str(path) for path in (ROOT / "tests" / "web" / "js").glob("*.test.mjs"))
    command = [*node_command(), "--test", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    passed = re.search(r"^(?:#|ℹ) pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed and int(passed[1]) > 50, done.stdout

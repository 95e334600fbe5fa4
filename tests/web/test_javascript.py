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
@pytest.mark.parametrize("project", ["page", "worker", "boot"])
def test_types_hold(project: str) -> None:
    compiler = WEB_DIR / "node_modules" / "typescript" / "bin" / "tsc"
    command = [
        *node_command(),
        str(compiler),
        "--project",
        str(WEB_DIR / f"tsconfig.{project}.json"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout


def test_units_behave() -> None:
    files = sorted(str(path) for path in (ROOT / "tests" / "web" / "js").glob("*.test.mjs"))
    command = [*node_command(), "--test", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    passed = re.search(r"^(?:#|ℹ) pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed and int(passed[1]) > 50, done.stdout


def test_the_script_for_old_browsers_is_in_their_language() -> None:
    """Nothing in it has to be rewritten for ES5."""
    program = """
      const { readFileSync } = require("node:fs");
      const ts = require(process.argv[1]);
      const text = readFileSync(process.argv[2], "utf8");
      const as = (target) => ts.transpileModule(text, { compilerOptions: { target } }).outputText;
      process.exit(as(ts.ScriptTarget.ES5) === as(ts.ScriptTarget.ESNext) ? 0 : 1);
    """
    compiler = WEB_DIR / "node_modules" / "typescript"

    def status(script: str) -> int:
        place = str(WEB_DIR / "app" / script)
        return subprocess.run([*node_command(), "-e", program, str(compiler), place]).returncode

    assert [status("boot.js"), status("main.js")] == [0, 1]

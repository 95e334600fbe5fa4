"""What the README of the package tells people to copy works; what it names is there."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from export.browser.server import serve
from tests.package.conftest import PACKAGE, PROJECTS, Build, run_node
from tests.package.test_embeddings import LOAD_TIMEOUT, open_page, type_all

pytestmark = pytest.mark.slow

README = (PACKAGE / "README.md").read_text(encoding="utf-8")
PAGES = re.findall(r"```html\n(.*?)```", README, re.DOTALL)
(SCRIPT,) = re.findall(r"```js\n(.*?)```", README, re.DOTALL)
ICON = '<link rel="icon" href="data:,">'


@pytest.fixture
def copied(build: Build, tmp_path: Path) -> Path:
    """A folder of a static page, with all that the example takes for granted."""
    return Path(shutil.copytree(build("plain"), tmp_path / "site"))


def test_the_page_without_a_bundler(
    copied: Path, context: BrowserContext, golden: dict[str, str]
) -> None:
    (copied / "index.html").write_text(ICON + PAGES[0])
    failures: list[str] = []
    with serve(copied) as served:
        page = open_page(context, served.address, failures)
        output = page.locator("output")
        expect(output).to_have_text("Ready.", timeout=LOAD_TIMEOUT)
        text, label = next(iter(golden.items()))
        page.get_by_label("A sentence").fill(text)
        expect(output).to_have_text(re.compile(rf"^(perhaps )?{label}, \d+ %$"))
    assert failures == []


def test_the_element(copied: Path, context: BrowserContext, golden: dict[str, str]) -> None:
    (copied / "index.html").write_text(ICON + PAGES[1])
    failures: list[str] = []
    with serve(copied) as served:
        page = open_page(context, served.address, failures)
        text, label = next(iter(golden.items()))
        assert type_all(page, [text]) == [label]
        page.get_by_role("button", name="Send").click()
        page.wait_for_url(f"{served.address}?mood={label}")
    assert failures == []


@pytest.fixture
def app(projects: Path) -> Iterator[Path]:
    """A project of its own, beside the others so that it finds their packages."""
    folder = projects / ".readme"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "index.html").write_text(
        f'<!doctype html>{ICON}<body><script type="module" src="/main.js"></script>'
    )
    (folder / "main.js").write_text(SCRIPT)
    yield folder
    shutil.rmtree(folder)


def test_the_bundler(app: Path, model_folder: Path, context: BrowserContext) -> None:
    run_node(PROJECTS / "node_modules" / "vite" / "bin" / "vite.js", "build", folder=app)
    shutil.copytree(model_folder, app / "dist" / "model")
    labels = "|".join(json.loads((model_folder / "bundle.json").read_text())["labels"])
    with serve(app / "dist") as served:
        page = open_page(context, served.address, [])
        said = re.compile(rf"({labels}) 0\.\d\d, of 3\. 0: ({labels})\. 1: ({labels})\. ")
        expect(page.locator("body")).to_have_text(said, timeout=LOAD_TIMEOUT)


def test_it_names_every_error_code() -> None:
    program = 'import { ERROR_CODES } from "./errors.js"; console.log(JSON.stringify(ERROR_CODES))'
    codes = json.loads(run_node("--input-type=module", "-e", program, folder=PACKAGE))
    table = README.partition("<!-- errors -->")[2].partition("<!-- /errors -->")[0]
    assert dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", table, re.MULTILINE)) == codes


def test_it_names_every_attribute_part_and_property() -> None:
    sources = {path.name: path.read_text() for path in (PACKAGE / "element").glob("*.js")}
    (observed,) = re.findall(r"observedAttributes = (\[.*?\])", sources["text-classifier.js"])
    parts = set(re.findall(r'part: "([\w-]+)"', sources["view.js"]))
    properties = set(re.findall(r"--text-classifier(-\w+)", sources["styles.js"]))
    named = set(re.findall(r"`(?:--text-classifier)?([\w-]+)`", README))
    assert len(parts) > 10 and len(properties) > 5
    assert parts | properties | set(json.loads(observed)) <= named

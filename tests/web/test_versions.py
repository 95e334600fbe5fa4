"""A new version before open pages: all are told, none mixes it with its own, no text is lost."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from export.browser.server import serve
from tests.web.conftest import LOAD_TIMEOUT, Visit, visit
from tests.web.test_page import integrity
from tests.web.test_repair import HARM, NO_STORE, TEXT, expect_stored, stop_the_classifier

pytestmark = pytest.mark.slow

TITLE = "A newer page"
# A model that never gets ready.
STUCK = """globalThis.Worker = class extends EventTarget {
  constructor(url, options) { super(); options?.type; }
  postMessage() {}
  terminate() {}
};"""


def publish_newer(site: Path) -> None:
    """What a build of other files changes: the version, wherever it stands, and the hashes."""
    old = json.loads((site / "bundle.json").read_text())["version"]
    new = "f" * len(old)
    edits: dict[str, Callable[[str], str]] = {
        "bundle.json": lambda text: text.replace(old, new),
        "index.html": lambda text: re.sub(
            r"<title>.*?</title>", f"<title>{TITLE}</title>", text.replace(old, new)
        ),
        "app/format.js": lambda text: text + "\n",
    }
    script = (site / "sw.js").read_text()
    for name, edit in edits.items():
        before = integrity(site / name)
        (site / name).write_text(edit((site / name).read_text()))
        script = script.replace(before, integrity(site / name))
    (site / "sw.js").write_text(re.sub(r'const VERSION = "\w+"', 'const VERSION = "newer"', script))


def shown_version(page: Visit) -> str:
    """The version of the bundle that the page runs with."""
    term = page.page.locator("#facts dt", has_text="Build")
    return term.locator("xpath=following-sibling::dd[1]").text_content() or ""


@pytest.mark.parametrize("loaded_from", ["network", "store"])
def test_when_one_tab_takes_an_update_the_other_offers_to_reload(
    context: BrowserContext, site: Path, loaded_from: str
) -> None:
    with serve(site) as served:
        other = visit(context, served.address)
        expect_stored(other)
        if loaded_from == "store":
            other.page.reload()
            expect_stored(other)
        other.answer(TEXT)
        publish_newer(site)
        tab = visit(context, served.address)
        tab.wait_for("ready")
        tab.page.fill("#text", "I am so proud of my son")
        button = tab.page.locator("#update-now")
        expect(button).to_have_text("Use it now", timeout=LOAD_TIMEOUT)
        button.click()
        expect(tab.page).to_have_title(TITLE, timeout=LOAD_TIMEOUT)
        tab.wait_for("ready")
        assert tab.page.input_value("#text") == "I am so proud of my son"
        expect(tab.page.locator("#results li")).to_have_count(5)
        button = other.page.locator("#update-now")
        expect(button).to_have_text("Reload", timeout=LOAD_TIMEOUT)
        expect(button).to_be_enabled()
        button.click()
        expect(other.page).to_have_title(TITLE, timeout=LOAD_TIMEOUT)
        other.wait_for("ready")
        assert other.page.input_value("#text") == TEXT
        expect(other.page.locator("#results li")).to_have_count(5)
        expect(other.page.locator("#update")).to_be_hidden()
        other.page.reload()
        assert other.page.input_value("#text") == ""


def test_trying_again_after_an_update_in_another_tab_runs_one_version(
    context: BrowserContext, site: Path
) -> None:
    with serve(site) as served:
        other = visit(context, served.address)
        expect_stored(other)
        other.page.reload()
        expect_stored(other)
        publish_newer(site)
        tab = visit(context, served.address)
        tab.page.locator("#update-now").click(timeout=LOAD_TIMEOUT)
        expect(tab.page).to_have_title(TITLE, timeout=LOAD_TIMEOUT)
        stop_the_classifier(other)
        other.page.click("#retry")
        expect(other.page).to_have_title(TITLE, timeout=LOAD_TIMEOUT)
        other.wait_for("ready")
        assert set(shown_version(other)) == {"f"}
        assert other.page.input_value("#text") == TEXT


def test_trying_again_without_a_store_runs_one_version(context: BrowserContext, site: Path) -> None:
    (model,) = site.glob("model/*/*.onnx.gzip")
    content = model.read_bytes()
    model.unlink()
    with serve(site) as served:
        page = visit(context, served.address)
        page.wait_for("error")
        model.write_bytes(content)
        publish_newer(site)
        page.page.click("#retry")
        expect(page.page).to_have_title(TITLE, timeout=LOAD_TIMEOUT)
        page.wait_for("ready")


def test_a_site_of_two_versions_is_called_that_and_not_reloaded_for_ever(
    context: BrowserContext, site: Path
) -> None:
    index = (site / "index.html").read_text()
    publish_newer(site)
    newer = (site / "index.html").read_text()
    (site / "index.html").write_text(index)
    with serve(site) as served:
        page = visit(context, served.address)
        expect(page.page.locator("#error-text")).to_contain_text("two versions")
        page.page.wait_for_timeout(1000)
        assert sum(url.endswith("bundle.json") for url in page.requests) == 2
        (site / "index.html").write_text(newer)
        page.page.click("#retry")
        page.wait_for("ready")


def test_an_update_is_offered_while_the_model_loads(context: BrowserContext, site: Path) -> None:
    with serve(site) as served:
        page = visit(context, served.address)
        expect_stored(page)
        publish_newer(site)
        page.page.add_init_script(STUCK)
        page.page.reload()
        button = page.page.locator("#update-now")
        expect(button).to_have_text("Use it now", timeout=LOAD_TIMEOUT)
        expect(page.page.locator("body")).to_have_attribute("data-state", "loading")
        page.page.fill("#text", TEXT)
        button.click()
        expect(page.page).to_have_title(TITLE, timeout=LOAD_TIMEOUT)
        expect(page.page.locator("#text")).to_have_value(TEXT)


def test_a_version_that_is_damaged_and_gone_from_the_server_gives_way_to_the_new_one(
    context: BrowserContext, site: Path
) -> None:
    with serve(site, headers=NO_STORE) as served:
        page = visit(context, served.address)
        expect_stored(page)
        publish_newer(site)
        assert page.page.evaluate(HARM, ["app/format.js", "damage"]) == 1
        page.page.reload()  # a part of the old version would not do: this page cannot start
        page.page.wait_for_timeout(1000)
        page.page.reload()
        expect(page.page).to_have_title(TITLE)
        page.wait_for("ready")
        assert set(shown_version(page)) == {"f"}

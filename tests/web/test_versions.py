"""A new version before open pages: all are told, none mixes it with its own, no text is lost."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from export.browser.server import serve
from tests.web.publishing import TITLE, publish_newer
from tests.web.visiting import LOAD_TIMEOUT, NO_STORE, TEXT, visit

pytestmark = pytest.mark.slow

# A model that never gets ready.
STUCK = """globalThis.Worker = class extends EventTarget {
  constructor(url, options) { super(); options?.type; }
  postMessage() {}
  terminate() {}
};"""


@pytest.mark.parametrize("loaded_from", ["network", "store"])
def test_when_one_tab_takes_an_update_the_other_offers_to_reload(
    context: BrowserContext, site: Path, loaded_from: str
) -> None:
    with serve(site) as served:
        other = visit(context, served.address)
        other.wait_until_stored()
        if loaded_from == "store":
            other.page.reload()
            other.wait_until_stored()
        other.answer(TEXT)
        publish_newer(site)
        tab = visit(context, served.address)
        tab.wait_for("ready")
        tab.page.fill("#text", "I am so proud of my son")
        tab.take_update(TITLE)
        tab.wait_for("ready")
        assert tab.page.input_value("#text") == "I am so proud of my son"
        tab.expect_answer()
        other.take_update(TITLE, "Reload")
        other.wait_for("ready")
        assert other.page.input_value("#text") == TEXT
        other.expect_answer()
        expect(other.page.locator("#update")).to_be_hidden()
        other.page.reload()
        assert other.page.input_value("#text") == ""


def test_trying_again_after_an_update_in_another_tab_runs_one_version(
    context: BrowserContext, site: Path
) -> None:
    with serve(site) as served:
        other = visit(context, served.address)
        other.wait_until_stored()
        other.page.reload()
        other.wait_until_stored()
        publish_newer(site)
        tab = visit(context, served.address)
        tab.take_update(TITLE)
        other.stop_the_classifier(TEXT)
        other.page.click("#retry")
        other.expect_title(TITLE)
        other.wait_for("ready")
        assert set(other.fact("Build")) == {"f"}
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
        page.expect_title(TITLE)
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
        assert sum(url.endswith("site.json") for url in page.requests) == 2
        (site / "index.html").write_text(newer)
        page.page.click("#retry")
        page.wait_for("ready")


def test_an_update_is_offered_while_the_model_loads(context: BrowserContext, site: Path) -> None:
    with serve(site) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        publish_newer(site)
        page.page.add_init_script(STUCK)
        page.page.reload()
        button = page.page.locator("#update-now")
        expect(button).to_have_text("Use it now", timeout=LOAD_TIMEOUT)
        expect(page.page.locator("body")).to_have_attribute("data-state", "loading")
        page.page.fill("#text", TEXT)
        button.click()
        page.expect_title(TITLE)
        expect(page.page.locator("#text")).to_have_value(TEXT)


def test_a_version_that_is_damaged_and_gone_from_the_server_gives_way_to_the_new_one(
    context: BrowserContext, site: Path
) -> None:
    with serve(site, headers=NO_STORE) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        publish_newer(site)
        assert page.harm("app/format.js") == 1
        page.page.reload()  # a part of the old version would not do: this page cannot start
        page.page.wait_for_timeout(1000)
        page.page.reload()
        expect(page.page).to_have_title(TITLE)
        page.wait_for("ready")
        assert set(page.fact("Build")) == {"f"}

"""The page in Firefox, where what it did there differed from other browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from export.browser.server import serve
from tests.web.conftest import LOAD_TIMEOUT, visit
from tests.web.test_threads import (
    as_the_sample_says,
    is_isolated,
    silence_threads,
    start_threads,
    threads,
)
from tests.web.test_versions import TITLE, publish_newer

pytestmark = pytest.mark.slow

TEXT = "My sister hid behind the door with a cake and I had no idea."


@pytest.fixture
def context(firefox: Browser) -> Iterator[BrowserContext]:
    context = firefox.new_context()
    yield context
    context.close()


def test_an_isolated_page_can_be_loaded_again_as_soon_as_it_is_stored(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site, headers=as_the_sample_says) as served:
        first = visit(context, served.address)
        first.wait_for("ready")
        assert is_isolated(first.page)
        label = first.answer(TEXT)
        stored = first.page.locator("#offline")
        expect(stored).to_have_text("Works offline", timeout=LOAD_TIMEOUT)
        first.page.reload()
        first.wait_for("ready")
        second = visit(context, served.address)
        second.wait_for("ready")
        assert is_isolated(second.page)
        assert second.answer(TEXT) == label
        first.page.close()
        third = visit(context, served.address)
        third.wait_for("ready")


def test_an_isolated_page_takes_an_update_and_keeps_its_text(
    context: BrowserContext, site: Path
) -> None:
    with serve(site, headers=as_the_sample_says) as served:
        page = visit(context, served.address)
        expect(page.page.locator("#offline")).to_have_text("Works offline", timeout=LOAD_TIMEOUT)
        page.page.reload()
        page.wait_for("ready")
        page.page.fill("#text", TEXT)
        publish_newer(site)
        other = visit(context, served.address)
        button = other.page.locator("#update-now")
        expect(button).to_have_text("Use it now", timeout=LOAD_TIMEOUT)
        button.click()
        expect(other.page).to_have_title(TITLE, timeout=LOAD_TIMEOUT)
        other.wait_for("ready")
        button = page.page.locator("#update-now")
        expect(button).to_have_text("Reload", timeout=LOAD_TIMEOUT)
        button.click()
        expect(page.page).to_have_title(TITLE, timeout=LOAD_TIMEOUT)
        page.wait_for("ready")
        assert page.page.input_value("#text") == TEXT


def test_a_start_without_an_answer_from_its_threads_is_given_up(
    context: BrowserContext, site: Path
) -> None:
    silence_threads(site)
    with serve(site, headers=as_the_sample_says) as served:
        page = visit(context, served.address)
        assert "a thread does not answer" in start_threads(page)
        assert threads(page.page) == "1 thread"

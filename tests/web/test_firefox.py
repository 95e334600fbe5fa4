"""The page in Firefox, where what it did there differed from other browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from export.browser.server import serve
from tests.hosts import as_the_sample_says
from tests.web.publishing import TITLE, publish_newer, silence_threads
from tests.web.visiting import TEXT, visit

pytestmark = pytest.mark.slow


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
        assert first.is_isolated()
        label = first.answer(TEXT)
        first.wait_until_stored()
        first.page.reload()
        first.wait_for("ready")
        second = visit(context, served.address)
        second.wait_for("ready")
        assert second.is_isolated()
        assert second.answer(TEXT) == label
        first.page.close()
        third = visit(context, served.address)
        third.wait_for("ready")


def test_an_isolated_page_takes_an_update_and_keeps_its_text(
    context: BrowserContext, site: Path
) -> None:
    with serve(site, headers=as_the_sample_says) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        page.page.reload()
        page.wait_for("ready")
        page.page.fill("#text", TEXT)
        publish_newer(site)
        other = visit(context, served.address)
        other.take_update(TITLE)
        other.wait_for("ready")
        page.take_update(TITLE, "Reload")
        page.wait_for("ready")
        assert page.page.input_value("#text") == TEXT


def test_a_start_without_an_answer_from_its_threads_is_given_up(
    context: BrowserContext, site: Path
) -> None:
    silence_threads(site)
    with serve(site, headers=as_the_sample_says) as served:
        page = visit(context, served.address)
        assert "a thread does not answer" in page.start_threads()
        assert page.fact("Runs on") == "1 thread"

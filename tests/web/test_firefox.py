"""The page in Firefox, where what it did there differed from other browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from export.browser.server import serve
from tests.web.conftest import LOAD_TIMEOUT, visit
from tests.web.test_threads import as_the_sample_says, is_isolated

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

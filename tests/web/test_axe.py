"""axe-core finds nothing, whatever the page shows and however it is looked at."""

import pytest
from playwright.sync_api import BrowserContext

from tests.web.axe import check_axe, check_every_look
from tests.web.visiting import TEXT, Visit

pytestmark = pytest.mark.slow


def test_the_check_sees_what_is_wrong(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_content(
        "<!doctype html><html lang=en><title>Bad</title><main><h1>Bad</h1><input></main>"
    )
    with pytest.raises(AssertionError, match=r"label at input"):
        check_axe(page)
    page.set_content(
        "<!doctype html><html lang=en><title>Wide</title>"
        "<meta name=viewport content='width=device-width'>"
        "<main><h1>Wide</h1><p style='width: 2000px'>far</p></main>"
    )
    with pytest.raises(AssertionError, match=r"light: wider than the screen"):
        check_every_look(page)


def test_an_answer(ready: Visit) -> None:
    ready.answer(TEXT)
    check_every_look(ready.page)

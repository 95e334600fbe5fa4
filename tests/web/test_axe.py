"""axe-core finds nothing, whatever the page shows and however it is looked at."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from export.browser.server import serve
from tests.web.axe import check_axe, check_every_look
from tests.web.visiting import TEXT, Visit, visit

pytestmark = pytest.mark.slow

RIVALS = (
    "My husband forgot our anniversary again and I do not know whether to cry or to shout at him."
)
LONG = "There was a hair in my soup. " * 30


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


def test_loading(context: BrowserContext, built_site: Path) -> None:
    context.route("**/tokenizer_config.json", lambda route: None)  # which is waited for
    with serve(built_site) as served:
        loading = visit(context, served.address)
        loading.wait_for("loading")
        check_every_look(loading.page)
        context.unroute_all(behavior="ignoreErrors")


def test_an_error(context: BrowserContext, site: Path) -> None:
    (site / "model" / "bundle.json").unlink()
    with serve(site) as served:
        broken = visit(context, served.address)
        broken.wait_for("error")
        check_every_look(broken.page)


def test_nothing_written(ready: Visit) -> None:
    ready.type("")
    check_every_look(ready.page)


def test_an_answer_that_is_sure(ready: Visit) -> None:
    ready.answer(TEXT)
    expect(ready.page.locator("#answer")).to_have_attribute("data-unsure", "false")
    check_every_look(ready.page)


def test_an_answer_of_near_synonyms_that_is_unsure(ready: Visit) -> None:
    ready.answer(RIVALS)
    expect(ready.page.locator("#answer")).to_have_attribute("data-unsure", "true")
    expect(ready.page.locator("#kin")).to_be_visible()
    check_every_look(ready.page)


def test_all_labels_and_why(ready: Visit) -> None:
    ready.answer(RIVALS)
    ready.page.click("#more")
    check_every_look(ready.page)
    ready.page.click("#why")
    ready.page.locator(".why-text .word").first.focus()
    ready.page.click(".numbers summary")
    ready.page.locator(".why-text .word").first.focus()
    expect(ready.page.locator(".tip")).to_be_visible()
    check_every_look(ready.page)
    ready.page.click("#why")
    ready.page.click("#more")


def test_a_text_that_is_cut(ready: Visit) -> None:
    ready.answer(LONG)
    expect(ready.page.locator("#cut")).to_be_visible(timeout=30_000)
    ready.page.click("#why")
    expect(ready.page.locator(".why-text .unread").first).to_be_visible(timeout=60_000)
    check_every_look(ready.page)
    ready.page.click("#why")


def test_the_history_what_could_not_be_copied_and_the_model(ready: Visit) -> None:
    ready.answer(TEXT)
    expect(ready.page.locator("#entries button").first).to_contain_text(TEXT)
    ready.page.click("#history-title")
    ready.page.click("#about summary")
    ready.page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    ready.page.click("[data-copy=json]")
    expect(ready.page.locator("#copied textarea")).to_be_visible()
    check_every_look(ready.page)
    ready.page.click("#history-title")
    ready.page.click("#about summary")

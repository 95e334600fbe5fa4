"""What a sceptic can check on the page, and that it tells the truth when something is wrong."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from export.browser.server import serve
from tests.web.axe import check_every_look
from tests.web.publishing import publish_newer
from tests.web.visiting import LOAD_TIMEOUT, NO_STORE, TEXT, Visit, visit

pytestmark = pytest.mark.slow


def open_panel(page: Page) -> None:
    page.locator("#proof > summary").click()
    expect(page.locator("#verify-start")).to_be_enabled(timeout=LOAD_TIMEOUT)


@contextmanager
def opened(browser: Browser, site: Path, **options: Any) -> Iterator[Visit]:
    """The page with its panel open, and no service worker."""
    context = browser.new_context(service_workers="block", **options)
    with serve(site) as served:
        visited = visit(context, served.address)
        visited.wait_for("ready")
        open_panel(visited.page)
        yield visited
    context.close()


def fact(page: Page, within: str, name: str) -> str:
    term = page.locator(f"{within} dt", has_text=name)
    return term.locator("xpath=following-sibling::dd[1]").inner_text()


def test_nothing_of_it_is_loaded_before_it_is_opened(ready: Visit) -> None:
    assert [url for url in ready.requests if "proof" in url] == []


def test_the_golden_texts_are_answered_again_and_the_result_is_told(
    browser: Browser, built_site: Path, bundle: dict[str, Any]
) -> None:
    with opened(browser, built_site) as visited:
        page = visited.page
        check_every_look(page)
        start, cancel = page.locator("#verify-start"), page.locator("#verify-cancel")
        start.focus()
        page.keyboard.press("Enter")
        expect(cancel).to_be_focused()
        expect(page.locator("#verify-progress")).to_be_visible()
        result = page.locator("#verify-result")
        expect(result).to_contain_text("Passed:", timeout=LOAD_TIMEOUT)
        expect(start).to_be_focused()
        expect(page.locator("#verify-progress")).to_be_hidden()
        count = int(fact(page, "#verify-more", "Same tokens").split(" of ")[0])
        assert count > 150
        assert float(fact(page, "#verify-more", "Farthest score").split()[0]) < 1.5
        expect(page.locator("#shipped code")).to_have_text(
            [file["sha256"] for file in bundle["files"].values()]
        )
        check_every_look(page)
        assert visited.answer(TEXT) == "surprised"


def test_it_can_be_cancelled_and_begun_again(browser: Browser, built_site: Path) -> None:
    with opened(browser, built_site) as visited:
        page = visited.page
        page.click("#verify-start")
        page.click("#verify-cancel")
        expect(page.locator("#verify-result")).to_contain_text("Cancelled after")
        assert visited.answer(TEXT) == "surprised"
        page.click("#verify-start")
        expect(page.locator("#verify-result")).to_contain_text("Passed:", timeout=LOAD_TIMEOUT)


def test_each_difference_is_told(browser: Browser, site: Path) -> None:
    path = site / "model" / "bundle.json"
    # A shorter limit cuts texts that Python did not cut.
    path.write_text(json.dumps(json.loads(path.read_text()) | {"max_length": 8}))
    with opened(browser, site) as visited:
        page = visited.page
        page.click("#verify-start")
        result = page.locator("#verify-result")
        expect(result).to_contain_text("Not passed:", timeout=LOAD_TIMEOUT)
        rows = page.locator("#verify-more table tbody tr")
        assert f"{rows.count()} differences" in result.inner_text() and rows.count() > 50
        expect(rows.first).to_contain_text("token ids, of which not all are the")
        check_every_look(page)


def test_a_golden_file_that_is_gone_is_an_error_and_no_result(browser: Browser, site: Path) -> None:
    (site / "model" / "golden.json.gzip").unlink()
    with opened(browser, site) as visited:
        visited.page.click("#verify-start")
        result = visited.page.locator("#verify-result")
        expect(result).to_contain_text("golden.json.gzip", timeout=LOAD_TIMEOUT)
        assert "assed" not in result.inner_text()


def test_all_requests_went_home(browser: Browser, built_site: Path) -> None:
    with opened(browser, built_site) as visited:
        page = visited.page
        expect(page.locator("#left-verdict")).to_contain_text("went to the site that this page")
        origins = page.locator("#left-origins tbody tr")
        expect(origins).to_have_count(1)
        cells = origins.locator("th, td").all_inner_texts()
        assert cells[0] == visited.address.rstrip("/")
        own = "performance.getEntriesByType('resource').length + 1"
        assert int(cells[1]) == page.evaluate(own) > 20
        expect(page.locator("#left-policy")).to_contain_text("connect-src 'self'")


def test_a_request_to_somebody_else_is_an_alarm(browser: Browser, built_site: Path) -> None:
    """As an extension could make one, which the policy of a page does not bind."""
    with serve(built_site) as other, opened(browser, built_site, bypass_csp=True) as visited:
        page = visited.page
        page.evaluate("(url) => fetch(url, { mode: 'no-cors' }).then(() => {})", other.address)
        alarm = page.locator("#left-verdict [role=alert]")
        expect(alarm).to_contain_text("A request was made to another origin")
        expect(alarm).to_contain_text(other.address.rstrip("/"))
        rows = page.locator("#left-origins tbody tr")
        expect(rows).to_have_count(2)
        expect(rows.last).to_contain_text("not known")


def test_what_is_kept_and_a_newer_version(context: BrowserContext, site: Path) -> None:
    with serve(site, headers=NO_STORE) as served:
        visited = visit(context, served.address)
        page = visited.page
        visited.wait_until_stored()
        open_panel(page)
        assert fact(page, "#kept", "This page came") == "from the server"
        page.reload()
        visited.wait_for("ready")
        open_panel(page)
        expect(page.locator("#kept")).to_contain_text("out of the store on this device")
        expect(page.locator("#kept")).to_contain_text("is answered by the store")
        page.click("#look-newer")
        said = page.locator("#newer")
        expect(said).to_contain_text("no newer version", timeout=LOAD_TIMEOUT)
        publish_newer(site)
        page.click("#look-newer")
        expect(said).to_contain_text("offers it above", timeout=LOAD_TIMEOUT)
        expect(page.locator("#update-now")).to_have_text("Use it now")
    page.click("#look-newer")  # with the server gone
    expect(said).to_contain_text("could not be asked", timeout=LOAD_TIMEOUT)
    context.set_offline(True)
    expect(page.locator("#kept")).to_contain_text("off, says the browser")

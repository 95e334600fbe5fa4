"""What the page says when its program does not start."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from export.browser.server import serve
from tests.web.visiting import Visit, visit

pytestmark = pytest.mark.slow

NOT_JAVASCRIPT = "let const = class {;"


def expect_reason(page: Page, words: str | re.Pattern[str]) -> None:
    """The page says that it does not run, and why."""
    expect(page.locator("body")).to_have_attribute("data-state", "error")
    expect(page.locator("#status")).to_have_text("Not running")
    expect(page.locator("#progress")).to_be_hidden()
    reason = page.locator("#error-text")
    expect(reason).to_be_visible()
    expect(reason).to_contain_text(words)
    sentences = re.findall(r"\.(?:\s|$)", reason.inner_text())
    assert len(sentences) == 1


def test_opened_from_disk_the_page_asks_to_be_served(context: BrowserContext, site: Path) -> None:
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    expect_reason(page, "opened from disk")
    expect(page.locator("#retry")).to_be_hidden()


@pytest.mark.parametrize("name", ["main.js", "format.js", "ui/results.js"])
def test_a_missing_module_is_named(context: BrowserContext, site: Path, name: str) -> None:
    module = site / "app" / name
    content = module.read_bytes()
    module.unlink()
    with serve(site) as served:
        broken = visit(context, served.address)
        expect_reason(broken.page, f"app/{name}")
        expect_reason(broken.page, "404")
        assert broken.violations() == []
        module.write_bytes(content)
        broken.page.click("#retry")
        broken.wait_for("ready")
        expect(broken.page.locator("#error")).to_be_hidden()


def test_a_module_sent_as_something_else_is_not_silent(context: BrowserContext, site: Path) -> None:
    text = {"Content-Type": "text/plain", "X-Content-Type-Options": "nosniff"}

    def plain(route: Route) -> None:
        route.fulfill(body=(site / "app" / "format.js").read_text(), headers=text)

    context.route("**/app/format.js", plain)
    with serve(site) as served:
        expect_reason(visit(context, served.address).page, "sends it as JavaScript")


@pytest.mark.parametrize("content", [NOT_JAVASCRIPT, "export const other = 1;"])
def test_a_damaged_module_is_named(context: BrowserContext, site: Path, content: str) -> None:
    (site / "app" / "format.js").write_text(content)
    with serve(site) as served:
        page = visit(context, served.address).page
        expect_reason(page, re.compile(r"app/\S+\.js of this page is damaged.*uploaded again\."))


def test_a_browser_that_cannot_read_the_syntax_is_too_old(
    context: BrowserContext, site: Path
) -> None:
    context.add_init_script("delete Object.hasOwn")
    (site / "app" / "format.js").write_text(NOT_JAVASCRIPT)
    with serve(site) as served:
        expect_reason(visit(context, served.address).page, "too old")


def test_a_browser_without_modules_is_too_old(context: BrowserContext, site: Path) -> None:
    context.add_init_script("delete HTMLScriptElement.prototype.noModule")
    index = site / "index.html"
    html = index.read_text()
    assert html.count('type="module"') == 1
    index.write_text(html.replace('type="module"', 'type="unheard-of"'))
    with serve(site) as served:
        expect_reason(visit(context, served.address).page, "too old")


def test_a_program_that_comes_late_still_starts(context: BrowserContext, built_site: Path) -> None:
    held: list[Route] = []
    context.route("**/app/format.js", lambda route: held.append(route))
    with serve(built_site) as served:
        page = context.new_page()
        page.clock.install()
        with page.expect_request("**/app/format.js"):  # before time goes by
            page.goto(served.address, wait_until="commit")
        expect(page.locator("#status")).to_have_text("Loading…")
        page.clock.run_for(29_000)
        expect(page.locator("#status")).to_have_text("Loading…")
        page.clock.run_for(2_000)
        expect_reason(page, "still not arrived")
        held[0].continue_()
        page.clock.resume()
        Visit(page, served.address).wait_for("ready")
        expect(page.locator("#error")).to_be_hidden()
        page.evaluate("globalThis.same = true")
        page.locator("#retry").dispatch_event("click")  # which belongs to the program now
        Visit(page, served.address).wait_for("ready")
        assert page.evaluate("globalThis.same === true")


def test_a_page_that_has_started_is_left_alone(context: BrowserContext, built_site: Path) -> None:
    context.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
          globalThis.shown = 0;
          const box = document.querySelector("#error");
          new MutationObserver(() => { if (!box.hidden) shown++; })
            .observe(box, { attributes: true });
        });"""
    )
    later = """() => {
      setTimeout(() => { throw new SyntaxError("of somebody else"); });
      document.body.append(Object.assign(document.createElement("script"), { src: "none.js" }));
    }"""
    with serve(built_site) as served:
        page = context.new_page()
        page.clock.install()
        page.goto(served.address)
        page.clock.resume()
        ready = Visit(page, served.address)
        ready.wait_for("ready")
        page.evaluate(later)
        page.clock.run_for(60_000)
        expect(page.locator("body")).to_have_attribute("data-state", "ready")
        assert page.evaluate("shown") == 0

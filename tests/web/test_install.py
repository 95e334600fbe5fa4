"""The page as an app of a person's own: what it says of itself, what others share with it."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from export.browser.launch import launch_options
from export.browser.server import serve
from tests.web.visiting import NO_STORE, TEXT, Visit, visit

pytestmark = pytest.mark.slow

SHARED = "?title=A%20note&text=my%20secret&url=https%3A%2F%2Fexample.org%2F"
PIXELS = """async (url) => {
  const image = new Image();
  image.src = url;
  await image.decode();
  return `${image.naturalWidth}x${image.naturalHeight}`;
}"""


class Asked:
    """Every path that a server was asked for, with what follows its question mark."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def headers(self, path: str) -> Mapping[str, str]:
        self.paths.append(path)
        return NO_STORE

    def telling(self) -> list[str]:
        assert "/sw.js" in self.paths
        return [path for path in self.paths if "?" in path]


@pytest.fixture(params=["chromium", "firefox"])
def any_context(request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    fixture = {"chromium": "browser"}.get(request.param, request.param)
    browser: Browser = request.getfixturevalue(fixture)
    context = browser.new_context()
    yield context
    context.close()


@contextmanager
def own_profile(browser: Browser, folder: Path) -> Iterator[BrowserContext]:
    """What is no private window, where nothing can be installed."""
    kind = browser.browser_type
    context = kind.launch_persistent_context(folder, **launch_options(kind))
    try:
        yield context
    finally:
        context.close()


def of_the_app(page: Page, question: str) -> dict[str, Any]:
    """What Chromium says of the app that a page would become."""
    return page.context.new_cdp_session(page).send(f"Page.{question}")


def end_service_workers(visited: Visit) -> None:
    """As a browser does that has not been here for a while."""
    visited.page.goto("about:blank")
    session = visited.page.context.new_cdp_session(visited.page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    visited.page.wait_for_timeout(500)


def test_chromium_would_install_it(browser: Browser, built_site: Path, tmp_path: Path) -> None:
    with serve(built_site) as served, own_profile(browser, tmp_path) as context:
        page = visit(context, served.address)
        page.wait_for("ready")
        assert of_the_app(page.page, "getAppManifest")["errors"] == []
        assert of_the_app(page.page, "getInstallabilityErrors")["installabilityErrors"] == []


def test_two_sites_of_one_origin_are_two_apps(
    context: BrowserContext, site: Path, tmp_path: Path
) -> None:
    origin = tmp_path / "origin"
    for name in ("one", "two"):
        shutil.copytree(site, origin / name)
    with serve(origin) as served:
        opened = [visit(context, f"{served.address}{name}/") for name in ("one", "two")]
        apps = [of_the_app(page.page, "getAppId")["appId"] for page in opened]
    assert apps == [f"{served.address}{name}/" for name in ("one", "two")]


def test_icons_are_of_the_size_that_is_said_and_one_may_be_cut_to_any_shape(
    ready: Visit, built_site: Path
) -> None:
    icons = json.loads((built_site / "manifest.webmanifest").read_text())["icons"]
    for icon in icons:
        if icon["sizes"] != "any":
            assert ready.page.evaluate(PIXELS, icon["src"]) == icon["sizes"]
    assert [icon.get("purpose") for icon in icons].count("maskable") == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_bar_of_the_window_has_the_colour_of_the_page(
    ready: Visit, built_site: Path, scheme: str
) -> None:
    with ready.seen(color_scheme=scheme) as page:
        paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        bar = page.evaluate(
            """() => [...document.querySelectorAll("meta[name=theme-color]")]
              .find((meta) => matchMedia(meta.media).matches).content"""
        )
    red, green, blue = (int(part) for part in paper.strip("rgb()").split(","))
    assert bar == f"#{red:02x}{green:02x}{blue:02x}"
    manifest = json.loads((built_site / "manifest.webmanifest").read_text())
    # A manifest knows one colour only, which shows until the page does.
    assert scheme == "dark" or {manifest["theme_color"], manifest["background_color"]} == {bar}


def test_from_the_home_screen_it_starts_without_a_network(
    any_context: BrowserContext, built_site: Path
) -> None:
    start = json.loads((built_site / "manifest.webmanifest").read_text())["start_url"]
    with serve(built_site, headers=NO_STORE) as served:
        page = visit(any_context, served.address)
        page.wait_until_stored()
        label = page.answer(TEXT)
        page.page.close()
    launched = visit(any_context, f"{served.address}{start.removeprefix('./')}")
    launched.wait_for("ready")
    assert launched.answer(TEXT) == label


def test_what_is_shared_with_the_page_reaches_no_server(
    any_context: BrowserContext, built_site: Path
) -> None:
    target = json.loads((built_site / "manifest.webmanifest").read_text())["share_target"]
    assert (target["action"], target["method"]) == ("./", "GET")
    assert set(target["params"].values()) == {"title", "text", "url"}
    asked = Asked()
    with serve(built_site, headers=asked.headers) as served:
        page = visit(any_context, served.address)
        page.wait_until_stored()
        for address in ("", "index.html"):
            page.page.goto(f"{served.address}{address}{SHARED}")
            page.wait_for("ready")
            page.wait_until_stored()
        page.page.evaluate(
            "caches.keys().then((all) => Promise.all(all.map((n) => caches.delete(n))))"
        )
        page.page.goto(served.address + SHARED)  # as after a browser has made room
        page.wait_for("ready")
        assert asked.telling() == []


def test_not_even_while_the_service_worker_is_still_starting(
    context: BrowserContext, site: Path
) -> None:
    asked = Asked()
    with serve(site, headers=asked.headers) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        for _ in range(3):
            end_service_workers(page)
            page.page.goto(served.address + SHARED)
            page.wait_for("ready")
        assert asked.telling() == []


def test_chromium_would_ask_the_server_without_being_told_not_to(
    context: BrowserContext, site: Path
) -> None:
    worker = site / "sw.js"
    worker.write_text(worker.read_text().replace("event.addRoutes?.(", "event.nothing?.("))
    asked = Asked()
    with serve(site, headers=asked.headers) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        end_service_workers(page)
        page.page.goto(served.address + SHARED)
        page.wait_for("ready")
        assert asked.telling() == [f"/{SHARED}"]

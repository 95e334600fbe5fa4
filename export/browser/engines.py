"""Every browser engine that can be driven here, behind one small interface."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from export.browser.launch import launch_browser, launch_firefox
from export.browser.webkit import WebKitTab, launch_webkit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from selenium.webdriver import WebKitGTK

CHROMIUM, FIREFOX, WEBKIT = "chromium", "firefox", "webkit"
# The first one is what the others are compared with.
ENGINES = {CHROMIUM: "Chromium", FIREFOX: "Firefox", WEBKIT: "WebKitGTK"}


class Evaluates(Protocol):
    """Whatever runs a JavaScript function in an open page; a page of Playwright does."""

    def evaluate(self, expression: str, arg: Any = None) -> Any:
        """What the function ``expression`` returns for ``arg``, waited for; both are JSON."""


class Tab(Evaluates, Protocol):
    """A tab of a browser."""

    def open(self, address: str) -> None:
        """Go there, and wait until the page is loaded."""

    def type(self, selector: str, text: str) -> None:
        """Put a text in the place of the one in a text box, as an edit of the person's."""

    def reload(self) -> None:
        """Load the page again."""

    def close(self) -> None:
        """Leave the page."""


@dataclass(frozen=True)
class Engine:
    """A running browser.

    ``version`` is the name and number people know it by. A new tab knows nothing of an address
    that no tab has shown before.
    """

    name: str
    version: str
    _new_tab: Callable[[], Tab]

    @contextmanager
    def tab(self) -> Iterator[Tab]:
        """A tab for the time of the block; in WebKit there is one only."""
        tab = self._new_tab()
        try:
            yield tab
        finally:
            tab.close()


@contextmanager
def open_engine(name: str) -> Iterator[Engine]:
    """Start one of ``ENGINES``.

    Raises:
        BrowserMissingError: it is not installed.
        InputError: what drives it is missing, or it does not start.
    """
    if name == WEBKIT:
        with launch_webkit() as driver:
            yield driven_by_selenium(driver)
        return
    launch = {CHROMIUM: launch_browser, FIREFOX: launch_firefox}[name]
    with launch() as browser:
        yield driven_by_playwright(browser)


def driven_by_playwright(browser: "Browser") -> Engine:
    """A running Chromium or Firefox as an engine; every tab has a profile of its own."""
    name = browser.browser_type.name
    return Engine(
        name, f"{ENGINES[name]} {browser.version}", lambda: _PlaywrightTab(browser.new_page())
    )


def driven_by_selenium(driver: "WebKitGTK") -> Engine:
    """A running WebKitGTK as an engine."""
    version = f"{ENGINES[WEBKIT]} {driver.capabilities['browserVersion']}"
    return Engine(WEBKIT, version, lambda: WebKitTab(driver))


class _PlaywrightTab:
    def __init__(self, page: "Page") -> None:
        self._page = page

    def open(self, address: str) -> None:
        self._page.goto(address)

    def evaluate(self, expression: str, arg: Any = None) -> Any:
        return self._page.evaluate(expression, arg)

    def type(self, selector: str, text: str) -> None:
        self._page.fill(selector, text)

    def reload(self) -> None:
        self._page.reload()

    def close(self) -> None:
        self._page.close()

"""Pages in a browser that may talk to localhost alone, and what they answer."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from export.browser.launch import launch_options
from training.run.errors import CheckError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

_LOCAL = ("http://127.0.0.1:", "blob:", "data:")
_PATIENCE = 300_000  # milliseconds

_READY = """(patience) => Promise.race([
  globalThis.bench.ready,
  new Promise((_, reject) => setTimeout(() => reject(new Error("no answer in time")), patience)),
])"""


class Visitor:
    """Opens pages with nothing cached, and notes who else they called."""

    def __init__(self, browser: "Browser") -> None:
        self._browser = browser
        self._foreign: set[str] = set()

    @contextmanager
    def context(self, first_input: Any) -> "Iterator[BrowserContext]":
        """A context for pages that answer ``first_input`` first."""
        context = self._browser.new_context()
        yield from self._watched(context, first_input)

    @contextmanager
    def profile(self, first_input: Any, script: str = "") -> "Iterator[BrowserContext]":
        """The same as a new user's profile, whose pages run ``script`` before their own programs.

        A context alone is a private window: its cache lies in memory and takes no large files.
        """
        with tempfile.TemporaryDirectory(prefix="profile-") as folder:
            context = self._browser.browser_type.launch_persistent_context(
                folder, **launch_options(self._browser.browser_type)
            )
            yield from self._watched(context, first_input, script)

    def _watched(
        self, context: "BrowserContext", first_input: Any, script: str = ""
    ) -> "Iterator[BrowserContext]":
        context.on("request", self._note)
        context.add_init_script(f"globalThis.firstInput = {json.dumps(first_input)};\n{script}")
        try:
            yield context
        finally:
            context.close()

    def _note(self, request: "Request") -> None:
        if not request.url.startswith(_LOCAL):
            self._foreign.add(request.url)

    def require_local(self) -> None:
        """Fail if any page asked another machine for anything.

        Raises:
            CheckError: one did.
        """
        if self._foreign:
            raise CheckError(f"requests left this machine: {', '.join(sorted(self._foreign))}")


def open_page(context: "BrowserContext", address: str) -> "tuple[Page, dict[str, Any]]":
    """Open a page and wait for its first answer, of which it tells.

    Raises:
        CheckError: it gave none.
    """
    page = context.new_page()
    page.goto(address, wait_until="commit")
    page.wait_for_load_state("domcontentloaded")
    return page, ask(page, _READY, _PATIENCE)


def ask(page: "Page", function: str, argument: Any = None) -> Any:
    """What a JavaScript function returns in the page.

    Raises:
        CheckError: it failed.
    """
    from playwright.sync_api import Error

    try:
        return page.evaluate(function, argument)
    except Error as error:
        # Without the name of the call and where in somebody's minified program it happened.
        said = str(error).removeprefix("Page.evaluate: ").partition("\n    at ")[0]
        raise CheckError(f"{page.url}: {' '.join(said.split())}") from error

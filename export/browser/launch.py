"""A headless Chromium that talks to nobody unasked."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from training.run.errors import InputError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A browser that calls home would be refused by closed networks and disturb what is measured.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_EXECUTABLES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def launch_options() -> dict[str, Any]:
    """What Playwright needs to know to start the installed Chromium.

    Raises:
        InputError: there is none.
    """
    executable = next(filter(None, map(shutil.which, _EXECUTABLES)), None)
    if executable is None:
        raise InputError("no Chromium found; install it (Debian: apt-get install chromium)")
    return {"executable_path": executable, "args": list(_ARGUMENTS)}


@contextmanager
def launch_browser() -> "Iterator[Browser]":
    """A headless Chromium.

    Raises:
        InputError: Playwright or a browser is missing.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise InputError("Playwright is missing; pip install '.[dev]'") from error
    options = launch_options()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        try:
            yield browser
        finally:
            browser.close()

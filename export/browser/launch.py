"""A headless Chromium or Firefox that talks to nobody unasked."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from training.run.errors import InputError, one_line

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType, Playwright


_SHARED = Path("/dev/shm")
_ENOUGH = 2 << 30  # bytes of shared memory for a browser with many pages


class BrowserMissingError(InputError):
    """There is no such browser on this machine; one that is there and does not start is no case."""


class _Engine(NamedTuple):
    names: tuple[str, ...]  # of the program, the preferred one first
    installed: dict[str, Any]  # how Playwright starts one that it did not bring
    arguments: tuple[str, ...]
    advice: str
    # What Playwright adds because containers have little shared memory: files in /tmp instead.
    frugal: tuple[str, ...] = ()


_ENGINES = {
    "chromium": _Engine(
        names=("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        installed={},
        # A browser that calls home would be refused by closed networks and disturb what is
        # measured.
        arguments=(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ),
        advice="no Chromium found; install it (Debian: apt-get install chromium; "
        "elsewhere: playwright install chromium)",
        frugal=("--disable-dev-shm-usage",),
    ),
    "firefox": _Engine(
        names=("firefox-esr", "firefox"),
        # Playwright's own is patched; any other speaks WebDriver BiDi, which this name stands for.
        installed={"channel": "moz-firefox"},
        arguments=(),
        advice="no Firefox found; install it (Debian: apt-get install firefox-esr; "
        "elsewhere: playwright install firefox)",
    ),
}


def launch_options(engine: "BrowserType") -> dict[str, Any]:
    """What Playwright needs to know to start an engine: the installed one, else its own.

    Raises:
        BrowserMissingError: there is neither.
    """
    about = _ENGINES[engine.name]
    options: dict[str, Any] = {"args": list(about.arguments), **_shared_memory(about)}
    executable = next(filter(None, map(shutil.which, about.names)), None)
    if executable is not None:
        return {"executable_path": executable, **about.installed, **options}
    if Path(engine.executable_path).is_file():
        return {"executable_path": engine.executable_path, **options}
    raise BrowserMissingError(about.advice)


def _shared_memory(about: _Engine) -> dict[str, Any]:
    """Where there is enough, a browser need not wait for a disk that others keep busy."""
    if not about.frugal or not _SHARED.is_dir():
        return {}
    if shutil.disk_usage(_SHARED).free < _ENOUGH:
        return {}
    return {"ignore_default_args": list(about.frugal)}


@contextmanager
def launch_browser() -> "Iterator[Browser]":
    """A headless Chromium.

    Raises:
        InputError: Playwright or a browser is missing.
    """
    yield from _launch("chromium")


@contextmanager
def launch_firefox() -> "Iterator[Browser]":
    """A headless Firefox.

    Raises:
        InputError: Playwright or a browser is missing.
    """
    yield from _launch("firefox")


def _launch(name: str) -> "Iterator[Browser]":
    with _playwright() as playwright:
        engine: BrowserType = getattr(playwright, name)
        browser = _start(engine)
        try:
            yield browser
        finally:
            browser.close()


def _start(engine: "BrowserType") -> "Browser":
    from playwright.sync_api import Error

    options = launch_options(engine)
    try:
        return engine.launch(**options)
    except Error as error:
        program = options["executable_path"]
        raise InputError(
            f"{program} does not start ({one_line(error, 160)}); start it by hand to see why"
        ) from error


class _Users(threading.local):
    """A thread can run one Playwright only, so all browsers open in it at a time share that."""

    def __init__(self) -> None:
        self.open: list[Playwright] = []


_users = _Users()


@contextmanager
def _playwright() -> "Iterator[Playwright]":
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise InputError("Playwright is missing; pip install '.[dev]'") from error
    playwright = _users.open[0] if _users.open else sync_playwright().start()
    _users.open.append(playwright)
    try:
        yield playwright
    finally:
        _users.open.pop()
        if not _users.open:
            playwright.stop()

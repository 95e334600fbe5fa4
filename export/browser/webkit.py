"""WebKitGTK by its own WebDriver, on a screen that nobody sees: it has no headless way to run."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which as find_program
from typing import TYPE_CHECKING, Any

from export.browser.launch import BrowserMissingError
from training.run.errors import InputError, one_line

if TYPE_CHECKING:
    from selenium.webdriver import WebKitGTK

_DRIVER, _SCREEN = "WebKitWebDriver", "Xvfb"
_ADVICE = (
    "no WebKitGTK that can be driven found, {missing} is missing; install it "
    "(Debian: apt-get install webkit2gtk-driver xvfb)"
)
# Threads need it, and WebKitGTK, unlike Safari, gives it to nobody who does not ask.
_ENVIRONMENT = {"JSC_useSharedArrayBuffer": "1"}
_PATIENCE = 100  # seconds for one call; Selenium hangs up after 120

# What a function returns, waited for; an error comes back as what it says.
_CALL = """const reply = arguments[arguments.length - 1];
Promise.resolve()
  .then(() => (%s)(arguments[0]))
  .then((value) => reply({ value }), (error) => reply({ error: String(error) }));"""
# As an editor does it, so that the page hears of it; keys by WebDriver lose what UTF-16 writes in
# two units.
_FILL = """([selector, text]) => {
  const box = document.querySelector(selector);
  box.focus();
  box.select();
  if (text) document.execCommand("insertText", false, text);
  else if (box.value) document.execCommand("delete");
}"""


class WebKitTab:
    """The one tab of a running WebKitGTK."""

    def __init__(self, driver: "WebKitGTK") -> None:
        self._driver = driver

    def open(self, address: str) -> None:
        self._driver.get(address)

    def evaluate(self, expression: str, arg: Any = None) -> Any:
        answer = self._driver.execute_async_script(_CALL % expression, arg)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")

    def type(self, selector: str, text: str) -> None:
        self.evaluate(_FILL, [selector, text])

    def reload(self) -> None:
        self._driver.refresh()

    def close(self) -> None:
        self._driver.get("about:blank")


@contextmanager
def launch_webkit() -> "Iterator[WebKitGTK]":
    """A WebKitGTK with an empty profile, which is gone afterwards.

    Raises:
        BrowserMissingError: WebKitGTK's driver or Xvfb is not installed.
        InputError: Selenium is missing, or one of the two does not start.
    """
    program, screen = (_require(name) for name in (_DRIVER, _SCREEN))
    with _unseen_screen(screen) as display:
        driver = _start(program, display)
        try:
            driver.set_script_timeout(_PATIENCE)
            yield driver
        finally:
            driver.quit()


def _require(name: str) -> str:
    path = find_program(name)
    if path is None:
        raise BrowserMissingError(_ADVICE.format(missing=name))
    return path


def _start(program: str, display: str) -> "WebKitGTK":
    try:
        from selenium.common import WebDriverException
        from selenium.webdriver import WebKitGTK, WebKitGTKOptions, WebKitGTKService
    except ImportError as error:
        raise InputError("Selenium is missing; pip install '.[dev]'") from error
    environment = {**os.environ, **_ENVIRONMENT, "DISPLAY": display}
    try:
        return WebKitGTK(
            options=WebKitGTKOptions(), service=WebKitGTKService(program, env=environment)
        )
    except WebDriverException as error:
        raise InputError(
            f"{program} does not start a browser ({one_line(error, 160)}); "
            "start it by hand to see why"
        ) from error


@contextmanager
def _unseen_screen(program: str) -> Iterator[str]:
    """A virtual screen, by the number that X itself finds free."""
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", "1400x1100x24"]
    server = subprocess.Popen(
        [*command, "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()  # when it is ready; nothing when it has ended
        if not number:
            raise InputError(f"{program} does not start; start it by hand to see why")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()

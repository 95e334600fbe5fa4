"""A visit to the built page in any engine, from outside: what a person types there and reads.

The page's marks stand here and nowhere else in this package. Waiting is asking again and again,
because what a driver offers for it evaluates strings, which the page's policy forbids.
"""

import time
from typing import Any

from export.browser.engines import Tab
from training.run.errors import CheckError, one_line

_PATIENCE = 60.0  # seconds
_PAUSE = 0.05
_STATE = "document.body?.dataset.state"
_OFFLINE = "document.querySelector('#offline')?.textContent.trim()"
_ROWS = "document.querySelectorAll('#results li').length"
_LABEL = "document.querySelector('#results li')?.dataset.label"
_TEXT = "document.querySelector('#text').value"
_ERROR = "document.querySelector('#error-text').textContent.trim()"
_OFFER = "document.querySelector('#update-now:enabled')?.textContent.trim()"
_THREADS = "Number(document.body.dataset.threads)"


class PageVisit:
    """The built page in a tab. Whoever waits in vain gets a ``CheckError`` in one sentence."""

    def __init__(self, tab: Tab, address: str) -> None:
        self._tab = tab
        tab.open(address)

    def _read(self, expression: str) -> Any:
        return self._tab.evaluate(f"() => {expression}")

    def _wait(self, expression: str, value: Any) -> None:
        """Wait until an expression has a value; a page that is just being left has none."""
        end = time.monotonic() + _PATIENCE
        last: Any = None
        while time.monotonic() < end:
            try:
                last = self._read(expression)
                if last == value:
                    return
            except Exception as error:
                last = one_line(error, 160)
            time.sleep(_PAUSE)
        raise CheckError(
            f"the page: after {_PATIENCE:g} seconds {expression} is {last!r} and not {value!r}"
        )

    def wait_until_ready(self) -> None:
        """Wait until the model answers."""
        self._wait(_STATE, "ready")

    def wait_until_stored(self) -> None:
        """Wait until the page says that the next visit needs no network."""
        self._wait(_OFFLINE, "Works offline")

    def reload(self) -> None:
        """Load the page again, and wait until it is ready."""
        self._tab.reload()
        self.wait_until_ready()

    def type(self, text: str) -> None:
        self._tab.type("#text", text)

    def answer(self, text: str) -> str:
        """The first label that the page shows for a text."""
        self.type("")
        self._wait(_ROWS, 0)
        self.type(text)
        return self.shown()

    def shown(self) -> str:
        """The first label, as soon as there is an answer."""
        self._wait(f"{_ROWS} > 0", True)
        return self._read(_LABEL)

    def title(self) -> str:
        return self._read("document.title")

    def text(self) -> str:
        """What the text box holds."""
        return self._read(_TEXT)

    def error(self) -> str:
        """What the page says went wrong, as soon as it says so; and no answer stands beside it."""
        self._wait(_STATE, "error")
        self._wait(_ROWS, 0)
        return self._read(_ERROR)

    def take_update(self, title: str) -> None:
        """Take the newer version when it is offered, and wait until the page has its title."""
        self._wait(_OFFER, "Use it now")
        self._tab.evaluate("() => document.querySelector('#update-now').click()")
        self._wait("document.title", title)
        self.wait_until_ready()

    def try_again(self) -> None:
        """Press the button beside an error."""
        self._tab.evaluate("() => document.querySelector('#retry').click()")
        self.wait_until_ready()

    def threads(self) -> int:
        """On how many the page says that it runs."""
        return self._read(_THREADS)

    def is_isolated(self) -> bool:
        return self._read("crossOriginIsolated")

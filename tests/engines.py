"""Browser engines for tests: one that is not installed is left out by name, nothing else is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from export.browser.engines import ENGINES, Engine, open_engine
from export.browser.launch import BrowserMissingError


@contextmanager
def installed_engine(name: str) -> Iterator[Engine]:
    """Start an engine, or skip the test where it is not installed; if it does not start, fail."""
    try:
        with open_engine(name) as engine:
            yield engine
    except BrowserMissingError as error:
        pytest.skip(f"not tested in {ENGINES[name]}: {error}")

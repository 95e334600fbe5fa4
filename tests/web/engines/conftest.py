"""Every engine in turn: one browser each, shared by all tests that drive it."""

from collections.abc import Iterator

import pytest

from export.browser.engines import (
    CHROMIUM,
    ENGINES,
    FIREFOX,
    WEBKIT,
    Engine,
    Tab,
    driven_by_playwright,
)
from tests.engines import installed_engine


@pytest.fixture(scope="session")
def webkit() -> Iterator[Engine]:
    with installed_engine(WEBKIT) as engine:
        yield engine


@pytest.fixture(scope="session", params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == WEBKIT:
        return request.getfixturevalue("webkit")
    fixture = {CHROMIUM: "browser", FIREFOX: "firefox"}[request.param]
    return driven_by_playwright(request.getfixturevalue(fixture))


@pytest.fixture
def tab(engine: Engine) -> Iterator[Tab]:
    with engine.tab() as tab:
        yield tab

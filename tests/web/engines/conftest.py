"""Every engine in turn: one browser each, shared by all tests that drive it."""

from collections.abc import Iterator
from pathlib import Path

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
from export.pipeline import StaleStages
from tests.conftest import REAL_DIR
from tests.engines import installed_engine
from training.run.artifact import Artifact


@pytest.fixture(scope="session")
def built_site(browser_artifact: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site in a folder of its own: who builds it in ``web/`` does so at the same time."""
    folder = tmp_path_factory.mktemp("engines") / "site"
    folder.mkdir()
    StaleStages(browser_artifact, REAL_DIR).rendered(folder)
    return folder


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

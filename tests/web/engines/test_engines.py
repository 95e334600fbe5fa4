"""What every engine must do alike: answer as Python does, online or not, update, refuse damage."""

from pathlib import Path

import numpy as np
import pytest

from export.browser.classify import classify_in_page
from export.browser.engines import Tab
from export.browser.server import Headers, serve
from export.browser.visit import PageVisit
from export.quality.distance import against_native
from tests.hosts import as_the_sample_says
from tests.web.publishing import TITLE, flip_a_byte, publish_retitled, put_back
from tests.web.visiting import TEXT, Visit

pytestmark = pytest.mark.slow

HOSTS: dict[str, Headers] = {"plain": {}, "isolated": as_the_sample_says}


@pytest.fixture(scope="session")
def some(golden: list[str]) -> slice:
    """A second model is loaded for them, and threads on a busy machine take their time."""
    return slice(0, len(golden), 4)


@pytest.fixture(scope="session")
def chromiums(ready: Visit, golden: list[str], some: slice) -> np.ndarray:
    """What the page answers in Chromium on one thread."""
    return classify_in_page(ready.page, golden[some])


@pytest.mark.parametrize("host", HOSTS)
def test_answers_are_pythons_and_the_next_visit_needs_no_server(
    tab: Tab,
    built_site: Path,
    host: str,
    golden: list[str],
    some: slice,
    native: np.ndarray,
    chromiums: np.ndarray,
) -> None:
    with serve(built_site, headers=HOSTS[host]) as served:
        page = PageVisit(tab, served.address)
        page.wait_until_ready()
        isolated = host == "isolated"
        assert page.is_isolated() == isolated
        assert isolated or page.threads() == 1
        logits = classify_in_page(tab, golden[some])
        distance = against_native(logits, native[some])
        # Each processor rounds a few activations the other way; none may move an answer far.
        assert distance["logit_difference_p50"] <= 0.01
        assert distance["max_logit_difference"] <= 0.15
        # WebAssembly rounds alike in all engines.
        np.testing.assert_allclose(logits, chromiums, rtol=0, atol=1e-3)
        assert (logits.argmax(axis=1) == chromiums.argmax(axis=1)).all()
        label = page.answer(TEXT)
        page.wait_until_stored()
        page.reload()  # at once, which Firefox did not do for a minute while threads slept
    page.reload()
    assert page.is_isolated()  # by the host, or by the service worker
    assert page.answer(TEXT) == label


def test_an_update_waits_until_the_person_takes_it_and_keeps_the_text(tab: Tab, site: Path) -> None:
    with serve(site) as served:
        page = PageVisit(tab, served.address)
        page.wait_until_stored()
        title = page.title()
        publish_retitled(site)
        page.reload()
        assert page.title() == title
        label = page.answer(TEXT)
        page.take_update(TITLE)
        assert page.text() == TEXT
        assert page.shown() == label


def test_a_damaged_model_is_an_error_that_names_it_and_never_an_answer(
    tab: Tab, site: Path
) -> None:
    (model,) = site.glob("model/*/*.onnx.gzip")
    whole = model.read_bytes()
    flip_a_byte(model)
    with serve(site) as served:
        page = PageVisit(tab, served.address)
        page.type(TEXT)
        assert model.stem in page.error()
        put_back(model, whole)
        page.try_again()
        page.shown()

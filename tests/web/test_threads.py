"""The page where a host isolates it: several threads, the same answers, the same promises."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from export.browser.classify import classify_in_page
from export.browser.server import ISOLATION, serve
from tests.hosts import as_the_sample_says
from tests.web.publishing import TITLE, publish_retitled, silence_threads
from tests.web.visiting import LOAD_TIMEOUT, TEXT, Visit, visit

pytestmark = pytest.mark.slow

TEXTS = [TEXT, "I am so proud of my son", "ok then", "And then we walked on in the rain. " * 40]
GLUE = "/ort-wasm-simd-threaded.mjs"
# The machine that runs the tests may have one core.
FOUR_CORES = 'Object.defineProperty(navigator, "hardwareConcurrency", { value: 4 });'


def refuse_as_worker(path: str) -> dict[str, str]:
    """What isolates a page that may import the runtime's glue, but not run it as a worker."""
    return {} if path.endswith(GLUE) else ISOLATION


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.add_init_script(FOUR_CORES)
    yield context
    context.close()


def test_an_isolated_page_runs_on_several_threads_and_answers_the_same(
    context: BrowserContext, built_site: Path, ready: Visit
) -> None:
    with serve(built_site, headers=as_the_sample_says) as served:
        address = served.address
        isolated = visit(context, address)
        isolated.wait_for("ready")
        assert isolated.is_isolated()
        assert isolated.fact("Runs on") == "4 threads"
        several = classify_in_page(isolated.page, TEXTS)
        assert isolated.violations() == []
        assert isolated.foreign_requests() == []
        assert isolated.console == []
    one = classify_in_page(ready.page, TEXTS)
    np.testing.assert_allclose(several, one, rtol=0, atol=1e-3)
    assert (several.argmax(axis=1) == one.argmax(axis=1)).all()


def test_where_the_host_isolates_nothing_the_second_visit_has_threads_and_the_same_answers(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        page = visit(context, served.address)
        loads: list[object] = []
        page.page.on("domcontentloaded", lambda loaded: loads.append(loaded))
        page.wait_for("ready")
        assert not page.is_isolated()
        assert page.fact("Runs on") == "1 thread"
        one = classify_in_page(page.page, TEXTS)
        page.wait_until_stored()
        assert loads == []  # nobody is reloaded for it
        page.page.reload()
        page.wait_for("ready")
        assert page.is_isolated()
        assert page.fact("Runs on") == "4 threads"
        several = classify_in_page(page.page, TEXTS)
        assert len(loads) == 1
        assert page.violations() == []
        assert page.foreign_requests() == []
        assert page.console == []
    np.testing.assert_allclose(several, one, rtol=0, atol=1e-3)
    assert (several.argmax(axis=1) == one.argmax(axis=1)).all()
    page.come_back_offline()
    assert page.fact("Runs on") == "4 threads"


def test_a_host_that_wants_no_isolation_has_its_way(
    context: BrowserContext, built_site: Path
) -> None:
    wish = {"Cross-Origin-Opener-Policy": "unsafe-none"}
    with serve(built_site, headers=wish) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        page.page.reload()
        page.wait_for("ready")
        assert not page.is_isolated()
        assert page.fact("Runs on") == "1 thread"


def test_in_the_frame_of_another_site_a_stored_page_works_as_on_the_first_visit(
    context: BrowserContext, built_site: Path, tmp_path: Path
) -> None:
    with serve(built_site) as served, serve(tmp_path) as elsewhere:
        visit(context, served.address).wait_until_stored()
        frame = f'<!doctype html><title>a</title><iframe src="{served.address}"></iframe>'
        (tmp_path / "index.html").write_text(frame)
        outer = context.new_page()
        outer.goto(elsewhere.address)
        body = outer.frame_locator("iframe").locator("body")
        expect(body).to_have_attribute("data-state", "ready", timeout=LOAD_TIMEOUT)
        assert body.evaluate("() => navigator.serviceWorker.controller !== null")
        assert not body.evaluate("() => crossOriginIsolated")


def test_a_second_visit_needs_no_network_and_keeps_its_threads(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site, headers=as_the_sample_says) as served:
        address = served.address
        page = visit(context, address)
        page.wait_until_stored()
        label = page.answer(TEXT)
    page.come_back_offline()
    assert page.is_isolated()
    assert page.fact("Runs on") == "4 threads"
    assert page.answer(TEXT) == label
    assert page.violations() == []


def test_where_threads_cannot_start_the_page_does_with_one(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site, headers=refuse_as_worker) as served:
        address = served.address
        limited = visit(context, address)
        limited.wait_for("ready")
        assert limited.is_isolated()
        assert limited.fact("Runs on") == "1 thread"
        limited.answer(TEXT)


def test_threads_that_are_refused_fail_at_once(browser: Browser, built_site: Path) -> None:
    # A worker may be under the service worker, which adds the header, before its page is.
    context = browser.new_context(service_workers="block")
    with serve(built_site, headers=refuse_as_worker) as served:
        assert "a thread failed" in visit(context, served.address).start_threads()
    context.close()


def test_a_start_without_an_answer_from_its_threads_is_given_up(
    context: BrowserContext, site: Path
) -> None:
    silence_threads(site)
    with serve(site, headers=ISOLATION) as served:
        limited = visit(context, served.address)
        assert "a thread does not answer" in limited.start_threads()
        assert limited.fact("Runs on") == "1 thread"


def test_files_stored_before_the_host_isolated_the_page_still_serve_it(
    context: BrowserContext, site: Path
) -> None:
    with serve(site) as served:
        address = served.address
        page = visit(context, address)
        page.wait_until_stored()
    publish_retitled(site)
    with serve(site, urlsplit(address).port or 0, as_the_sample_says):
        page.page.reload()
        page.take_update(TITLE)
        page.wait_for("ready")
        assert page.is_isolated()
        assert page.fact("Runs on") == "4 threads"

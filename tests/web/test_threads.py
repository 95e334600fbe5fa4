"""The page where a host isolates it: several threads, the same answers, the same promises."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from export.browser.classify import classify_in_page
from export.browser.server import ISOLATION, serve
from tests.hosts import headers_file
from tests.web.conftest import LOAD_TIMEOUT, Visit, visit
from tests.web.test_page import publish_with_title
from training.run.files import describe_file

pytestmark = pytest.mark.slow

TEXT = "My sister hid behind the door with a cake and I had no idea."
TEXTS = [TEXT, "I am so proud of my son", "ok then", "And then we walked on in the rain. " * 40]
GLUE = "/ort-wasm-simd-threaded.mjs"
# The machine that runs the tests may have one core.
FOUR_CORES = 'Object.defineProperty(navigator, "hardwareConcurrency", { value: 4 });'


def as_the_sample_says(path: str) -> dict[str, str]:
    """The headers of ``export/hosts/_headers``; the test server knows the types by itself."""
    headers = headers_file()(urlsplit(path).path)
    return {name: value for name, value in headers.items() if name != "Content-Type"}


def is_isolated(page: Page) -> bool:
    return page.evaluate("crossOriginIsolated")


def refuse_as_worker(path: str) -> dict[str, str]:
    """What isolates a page that may import the runtime's glue, but not run it as a worker."""
    return {} if path.endswith(GLUE) else ISOLATION


# The worker by itself, without the client that would try again with one thread.
_START = """async () => {
  const bundle = await (await fetch("bundle.json")).json();
  const url = new URL("app/classifier/worker.js", document.baseURI);
  const worker = new Worker(url, { type: "module" });
  const outcome = new Promise((resolve) => {
    worker.onmessage = ({ data }) => data.progress || resolve(data.error?.message ?? "started");
    worker.onerror = (event) => (event.preventDefault(), resolve(`stopped: ${event.message}`));
  });
  worker.postMessage({ id: 1, method: "load", bundle, baseUrl: document.baseURI, threads: 2 });
  return outcome.finally(() => worker.terminate());
}"""


def silence_threads(site: Path) -> None:
    """A runtime whose threads neither answer nor fail."""
    glue = site / "vendor" / "onnxruntime-web" / GLUE.removeprefix("/")
    silence = 'if (globalThis.name === "em-pthread") await new Promise(() => {});\n'
    glue.write_text(silence + glue.read_text())
    bundle = json.loads((site / "bundle.json").read_text())
    bundle["files"]["wasm_glue"] |= describe_file(glue)
    (site / "bundle.json").write_text(json.dumps(bundle))


def start_threads(visited: Visit) -> str:
    """How a start with two threads ends: "started", or with what reason."""
    visited.wait_for("ready")
    return visited.page.evaluate(_START)


def threads(page: Page) -> str:
    """What the page says that the model runs on."""
    term = page.locator("#facts dt", has_text="Runs on")
    expect(term).to_have_count(1)
    return term.locator("xpath=following-sibling::dd[1]").text_content() or ""


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
        assert is_isolated(isolated.page)
        assert threads(isolated.page) == "4 threads"
        several = classify_in_page(isolated.page, TEXTS)
        assert isolated.violations() == []
        assert isolated.foreign_requests() == []
        assert isolated.console == []
    one = classify_in_page(ready.page, TEXTS)
    np.testing.assert_allclose(several, one, rtol=0, atol=1e-3)
    assert (several.argmax(axis=1) == one.argmax(axis=1)).all()


def test_a_page_that_is_not_isolated_runs_on_one_thread(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        address = served.address
        ordinary = visit(context, address)
        ordinary.wait_for("ready")
        assert not is_isolated(ordinary.page)
        assert threads(ordinary.page) == "1 thread"
        assert ordinary.console == []


def test_a_second_visit_needs_no_network_and_keeps_its_threads(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site, headers=as_the_sample_says) as served:
        address = served.address
        page = visit(context, address)
        expect(page.page.locator("#offline")).to_have_text("Works offline", timeout=LOAD_TIMEOUT)
        label = page.answer(TEXT)
    page.come_back_offline()
    assert is_isolated(page.page)
    assert threads(page.page) == "4 threads"
    assert page.answer(TEXT) == label
    assert page.violations() == []


def test_where_threads_cannot_start_the_page_does_with_one(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site, headers=refuse_as_worker) as served:
        address = served.address
        limited = visit(context, address)
        limited.wait_for("ready")
        assert is_isolated(limited.page)
        assert threads(limited.page) == "1 thread"
        limited.type(TEXT)
        expect(limited.page.locator("#results li")).to_have_count(5)


def test_threads_that_are_refused_fail_at_once(browser: Browser, built_site: Path) -> None:
    # A worker may be under the service worker, which adds the header, before its page is.
    context = browser.new_context(service_workers="block")
    with serve(built_site, headers=refuse_as_worker) as served:
        assert "a thread failed" in start_threads(visit(context, served.address))
    context.close()


def test_a_start_without_an_answer_from_its_threads_is_given_up(
    context: BrowserContext, site: Path
) -> None:
    silence_threads(site)
    with serve(site, headers=ISOLATION) as served:
        limited = visit(context, served.address)
        assert "a thread does not answer" in start_threads(limited)
        assert threads(limited.page) == "1 thread"


def test_files_stored_before_the_host_isolated_the_page_still_serve_it(
    context: BrowserContext, site: Path
) -> None:
    with serve(site) as served:
        address = served.address
        page = visit(context, address)
        expect(page.page.locator("#offline")).to_have_text("Works offline", timeout=LOAD_TIMEOUT)
    publish_with_title(site, "A newer page")
    with serve(site, urlsplit(address).port or 0, as_the_sample_says):
        page.page.reload()
        page.wait_for("ready")
        assert not is_isolated(page.page)
        page.page.locator("#update-now").click(timeout=LOAD_TIMEOUT)
        expect(page.page).to_have_title("A newer page", timeout=LOAD_TIMEOUT)
        page.wait_for("ready")
        assert is_isolated(page.page)
        assert threads(page.page) == "4 threads"

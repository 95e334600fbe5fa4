"""A download that stops, that is only slow, that is cancelled, or that a bundle wants elsewhere."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from export.browser.server import serve
from tests.web.listener import listen
from tests.web.visiting import NO_STORE, visit

pytestmark = pytest.mark.slow

# Milliseconds in place of half a minute.
SILENCE = 2000
BEGIN_AND_CANCEL = """async () => {
  const { loadClassifier } = await import(new URL("classifier/plain.js", location).href);
  const stop = new AbortController();
  const onProgress = ({ loadedBytes }) => loadedBytes > 5e5 && stop.abort();
  const loading = loadClassifier("model/bundle.json", { signal: stop.signal, onProgress });
  return loading.then(() => "loaded", (error) => error.name);
}"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(service_workers="block")
    yield context
    context.close()


@pytest.fixture
def impatient(site: Path) -> Path:
    for constant in (site / "classifier" / "deadline.js", site / "app" / "site.js"):
        text = constant.read_text()
        assert "SILENCE = 30_000" in text
        constant.write_text(text.replace("SILENCE = 30_000", f"SILENCE = {SILENCE}"))
    return site


@pytest.mark.parametrize(
    "name",
    [
        "site.json",
        "bundle.json",
        "worker-plain.js",
        "model_quantized.onnx.gzip",
        "tokenizers.min.mjs",
    ],
)
def test_what_does_not_arrive_is_said_and_may_be_tried_again(
    context: BrowserContext, impatient: Path, name: str
) -> None:
    held: list[Route] = []
    context.route(f"**/{name}", lambda route: held.append(route))
    with serve(impatient) as served:
        page = visit(context, served.address)
        page.wait_for("error")
        assert held
        sentence = (
            rf"^Nothing has arrived for {SILENCE // 1000} seconds while loading the file "
            rf"\S*{re.escape(name)}\. Check the connection and try again\.$"
        )
        expect(page.page.locator("#error-text")).to_have_text(re.compile(sentence))
        context.unroute_all(behavior="ignoreErrors")
        page.page.click("#retry")
        page.wait_for("ready")


def test_a_slow_line_is_waited_for(
    context: BrowserContext, impatient: Path, download_bytes: int
) -> None:
    with serve(impatient) as served:
        served.bytes_per_second = download_bytes / 8
        began = time.monotonic()
        page = visit(context, served.address)
        page.wait_for("ready")
        assert time.monotonic() - began > 3 * SILENCE / 1000


def test_a_cancelled_load_ends_its_worker_and_its_downloads(
    context: BrowserContext, site: Path
) -> None:
    (site / "bare.html").write_text("<!doctype html><title>bare</title>")
    with serve(site) as served:
        page = context.new_page()
        page.goto(f"{served.address}bare.html")
        served.bytes_per_second = 1e6
        assert page.evaluate(BEGIN_AND_CANCEL) == "AbortError"
        page.wait_for_timeout(500)
        assert page.workers == []
        sent = served.sent()
        page.wait_for_timeout(1500)
        assert served.sent() == sent < 5e6


def test_a_bundle_cannot_send_the_page_elsewhere(context: BrowserContext, site: Path) -> None:
    path = site / "model" / "bundle.json"
    bundle = json.loads(path.read_text())
    # Two bundles within a second are one to a browser that asks by date.
    with listen() as elsewhere, serve(site, headers=NO_STORE) as served:
        model = bundle["files"]["model"]
        page = None
        for name, reason in (("wasm", "does not know"), ("model", "outside of its own folder")):
            files = bundle["files"] | {name: model | {"path": elsewhere.address + name}}
            path.write_text(json.dumps(bundle | {"files": files}))
            page = visit(context, served.address)
            page.wait_for("error")
            expect(page.page.locator("#error-text")).to_contain_text(reason)
        assert page is not None
        assert elsewhere.heard == []
        assert page.foreign_requests() == []


@pytest.mark.parametrize("program", ["", 'addEventListener("install", hang);'])
def test_a_service_worker_that_never_answers_is_not_waited_for(
    browser: Browser, site: Path, program: str
) -> None:
    hang = "const hang = (event) => event.waitUntil(new Promise(() => {}));\n"
    (site / "sw.js").write_text(hang + program)
    code = site / "app" / "offline.js"
    assert "STORED_WITHIN = 60_000" in code.read_text()
    code.write_text(code.read_text().replace("60_000", str(SILENCE)))
    context = browser.new_context()
    with serve(site) as served:
        page = visit(context, served.address)
        page.wait_for("ready")
        page.expect_offline("Not available offline", 15_000)
    context.close()

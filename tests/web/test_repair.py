"""What is stored for offline use: repaired where it is damaged, called whole only while it is."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from export.browser.server import serve
from tests.web.visiting import NO_STORE, TEXT, visit

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("action", ["damage", "delete"])
@pytest.mark.parametrize(
    "part", [".onnx.gzip", "app/ui/status.js", "classifier/worker-plain.js", "model/bundle.json"]
)
def test_a_stored_file_that_is_damaged_or_missing_is_put_back(
    context: BrowserContext, built_site: Path, part: str, action: str
) -> None:
    with serve(built_site) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        assert page.harm(part, action) == 1
        page.page.reload()
        page.wait_for("ready")
        page.wait_until_stored()
        served.forget()
        page.page.reload()
        page.wait_for("ready")
        page.wait_until_stored()
        assert served.sent() < 100_000  # sw.js, and nothing that is stored
    page.come_back_offline()


def test_a_file_that_the_page_itself_does_not_need_is_put_back_as_well(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        page.harm("icon-512.png")
        page.harm("icon-192.png", "delete")
        page.page.reload()
        page.wait_until_stored()
        whole = "async (u) => new Uint8Array(await (await caches.match(u)).arrayBuffer()).length"
        for name in ("icon-512.png", "icon-192.png"):
            url = f"{served.address}icons/{name}"
            assert page.page.evaluate(whole, url) == (built_site / "icons" / name).stat().st_size


def test_offline_a_damaged_store_is_not_called_one(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site, headers=NO_STORE) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        page.harm("icon-512.png")
    context.set_offline(True)
    page.page.reload()
    page.wait_for("ready")
    page.expect_offline("Offline – not stored for the next visit")
    page.harm(".onnx.gzip")
    page.page.reload()
    # The model is taken without looking; what it answered meanwhile is taken back.
    page.wait_for("error")
    assert "is damaged" in page.page.inner_text("#error-text")
    page.expect_offline("Offline – not stored for the next visit")


def test_a_host_that_announces_the_compression_serves_as_well_as_any(
    context: BrowserContext, built_site: Path
) -> None:
    def announced(path: str) -> dict[str, str]:
        return {"Content-Encoding": "gzip"} if path.endswith(".gzip") else {}

    with serve(built_site, headers=announced) as served:
        page = visit(context, served.address)
        page.wait_for("ready")
        page.wait_until_stored()
        label = page.answer(TEXT)
        served.forget()
        page.page.reload()
        page.wait_for("ready")
        page.wait_until_stored()
        assert served.sent() < 100_000
    page.come_back_offline()
    assert page.answer(TEXT) == label


def test_the_browser_is_asked_to_keep_what_is_stored(
    context: BrowserContext, built_site: Path
) -> None:
    context.add_init_script(
        "navigator.storage.persist = async () => { globalThis.asked = true; return false; };"
    )
    with serve(built_site) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        assert page.page.evaluate("globalThis.asked")


def test_after_a_first_visit_trying_again_needs_no_network(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
    context.set_offline(True)
    page.stop_the_classifier(TEXT)
    page.page.click("#retry")
    page.wait_for("ready")
    assert page.page.input_value("#text") == TEXT


RECORD_STATES = """
globalThis.states = [];
addEventListener("DOMContentLoaded", () => {
  const note = () => states.at(-1) === document.body.dataset.state
    || states.push(document.body.dataset.state);
  note();
  new MutationObserver(note).observe(document.body, { attributeFilter: ["data-state"] });
});
"""
FETCHED = """async (url) => {
  const { headers } = await fetch(url);
  return [headers.get("content-type"), headers.get("x-verified-sha256")];
}"""


def test_a_model_that_was_put_back_is_started_again(
    context: BrowserContext, built_site: Path
) -> None:
    context.add_init_script(RECORD_STATES)
    with serve(built_site) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        label = page.answer(TEXT)
        page.harm(".onnx.gzip")
        page.page.reload()
        page.soon("states.filter((state) => state === 'ready').length === 2", 60_000)
        assert page.page.evaluate("states") == ["loading", "ready"] * 2
        assert page.answer(TEXT) == label


def test_what_the_browser_loses_on_the_way_out_of_the_store_is_asked_for_once_more(
    context: BrowserContext, site: Path
) -> None:
    worker, before = site / "sw.js", "async function answerLarge(event, cache) {\n"
    lose = "if (/\\.onnx/.test(event.request.url) && !self.lost) return (self.lost = true, null);"
    text = worker.read_text()
    assert text.count(before) == 1
    worker.write_text(text.replace(before, f"{before}  {lose}\n"))
    with serve(site) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        page.requests.clear()
        page.page.reload()
        page.wait_for("ready")
    assert sum(url.endswith(".onnx.gzip") for url in page.requests) == 2
    assert page.answer(TEXT)


def test_what_is_stored_is_inflated_and_vouched_for(
    context: BrowserContext, built_site: Path, bundle: dict[str, Any]
) -> None:
    """Chromium keeps what it compiled only beside a response that calls itself WebAssembly."""
    with serve(built_site) as served:
        page = visit(context, served.address)
        page.wait_until_stored()
        page.page.reload()
        page.wait_for("ready")
        runtime = f"{served.address}vendor/onnxruntime-web/"
        found = page.page.evaluate(FETCHED, f"{runtime}ort-wasm-simd-threaded.wasm.gzip")
        assert found[0] == "application/wasm"
        model = bundle["files"]["model"]
        found = page.page.evaluate(FETCHED, f"{served.address}model/{model['path']}")
        assert found == ["application/octet-stream", model["content"]["sha256"]]

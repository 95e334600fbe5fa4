"""What is stored for offline use: repaired where it is damaged, called whole only while it is."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from export.browser.server import serve
from tests.web.conftest import LOAD_TIMEOUT, Visit, visit

pytestmark = pytest.mark.slow

TEXT = "My sister hid behind the door with a cake and I had no idea."
# Else the browser repairs what is stored with what its HTTP cache holds, offline too.
NO_STORE = {"Cache-Control": "no-store"}
# What a person's disk or browser may do to a stored file.
HARM = """async ([part, action]) => {
  let harmed = 0;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (!request.url.endsWith(part)) continue;
      harmed += 1;
      const stored = await cache.match(request);
      await cache.delete(request);
      if (action === "delete") continue;
      const bytes = new Uint8Array(await stored.arrayBuffer());
      bytes[bytes.length >> 1] ^= 1;
      await cache.put(request, new Response(bytes, { headers: stored.headers }));
    }
  }
  return harmed;
}"""


def expect_stored(page: Visit) -> None:
    expect(page.page.locator("#offline")).to_have_text("Works offline", timeout=LOAD_TIMEOUT)


@pytest.mark.parametrize("action", ["damage", "delete"])
@pytest.mark.parametrize(
    "part", [".onnx.gzip", "app/ui/status.js", "app/classifier/worker.js", "bundle.json"]
)
def test_a_stored_file_that_is_damaged_or_missing_is_put_back(
    context: BrowserContext, built_site: Path, part: str, action: str
) -> None:
    with serve(built_site) as served:
        page = visit(context, served.address)
        expect_stored(page)
        assert page.page.evaluate(HARM, [part, action]) == 1
        page.page.reload()
        page.wait_for("ready")
        expect_stored(page)
        served.forget()
        page.page.reload()
        page.wait_for("ready")
        expect_stored(page)
        assert served.sent() < 100_000  # sw.js, and nothing that is stored
    page.come_back_offline()


def test_a_file_that_the_page_itself_does_not_need_is_put_back_as_well(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        page = visit(context, served.address)
        expect_stored(page)
        page.page.evaluate(HARM, ["icon-512.png", "damage"])
        page.page.evaluate(HARM, ["icon-192.png", "delete"])
        page.page.reload()
        expect_stored(page)
        whole = "async (u) => new Uint8Array(await (await caches.match(u)).arrayBuffer()).length"
        for name in ("icon-512.png", "icon-192.png"):
            url = f"{served.address}icons/{name}"
            assert page.page.evaluate(whole, url) == (built_site / "icons" / name).stat().st_size


def test_offline_a_damaged_store_is_not_called_one(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site, headers=NO_STORE) as served:
        page = visit(context, served.address)
        expect_stored(page)
        page.page.evaluate(HARM, ["icon-512.png", "damage"])
    context.set_offline(True)
    page.page.reload()
    page.wait_for("ready")
    expect(page.page.locator("#offline")).to_have_text("Offline – not stored for the next visit")
    page.page.evaluate(HARM, [".onnx.gzip", "damage"])
    page.page.reload()
    page.wait_for("error")
    expect(page.page.locator("#offline")).to_have_text("Offline – not stored for the next visit")


def test_a_host_that_announces_the_compression_serves_as_well_as_any(
    context: BrowserContext, built_site: Path
) -> None:
    def announced(path: str) -> dict[str, str]:
        return {"Content-Encoding": "gzip"} if path.endswith(".gzip") else {}

    with serve(built_site, headers=announced) as served:
        page = visit(context, served.address)
        page.wait_for("ready")
        expect_stored(page)
        label = page.answer(TEXT)
        served.forget()
        page.page.reload()
        page.wait_for("ready")
        expect_stored(page)
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
        expect_stored(page)
        assert page.page.evaluate("globalThis.asked")


def test_after_a_first_visit_trying_again_needs_no_network(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        page = visit(context, served.address)
        expect_stored(page)
    context.set_offline(True)
    stop_the_classifier(page)
    page.page.click("#retry")
    page.wait_for("ready")
    assert page.page.input_value("#text") == TEXT


def stop_the_classifier(page: Visit) -> None:
    """An error in the worker, and a text that meets with it."""
    (worker,) = page.page.workers
    worker.evaluate("setTimeout(() => { throw new Error('stopped'); })")
    page.page.wait_for_timeout(300)
    page.page.fill("#text", TEXT)
    page.wait_for("error")

"""The page as a person meets it, in headless Chromium."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from export.browser.server import serve
from tests.web.conftest import int8_logits
from tests.web.publishing import flip_a_byte, put_back
from tests.web.visiting import TEXT, Visit, visit
from training.measure.temperature import Temperature
from training.run.artifact import Artifact

pytestmark = pytest.mark.slow

LONG = "And then we walked on through the rain. " * 40

# Texts wait to be asked until the test lets them; ``shown`` is every first label with the text
# beside it.
HELD = """
const send = Worker.prototype.postMessage;
globalThis.held = [];
globalThis.release = () => {
  Worker.prototype.postMessage = send;
  for (const call of held.splice(0)) call();
};
Worker.prototype.postMessage = function (message, ...rest) {
  if (message?.method !== "classify") return send.call(this, message, ...rest);
  held.push(() => send.call(this, message, ...rest));
};
globalThis.shown = [];
addEventListener("DOMContentLoaded", () => {
  const list = document.querySelector("#results");
  const note = () => {
    const label = list.querySelector("li")?.dataset.label;
    if (label) shown.push([document.querySelector("#text").value, label]);
  };
  new MutationObserver(note).observe(list, { childList: true, subtree: true, attributes: true });
});
"""


def test_a_first_visit_works_offline_ready_without_anything_forbidden(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        address = served.address
        first = visit(context, address)
        first.wait_for("ready")
        first.answer(TEXT)
        first.wait_until_stored()
        assert first.violations() == []
        assert first.foreign_requests() == []
        assert first.console == []


def test_progress_counts_true_bytes_up_to_the_end(
    context: BrowserContext, built_site: Path, download_bytes: int
) -> None:
    watch = """addEventListener("DOMContentLoaded", () => {
      globalThis.seen = [];
      const bar = document.querySelector("#progress");
      new MutationObserver(() => {
        if (bar.hasAttribute("value")) seen.push([bar.value, bar.max]);
      }).observe(bar, { attributes: true });
    });"""
    context.add_init_script(watch)
    with serve(built_site) as served:
        address = served.address
        first = visit(context, address)
        first.wait_for("ready")
        seen = first.page.evaluate("seen")
    values = [value for value, maximum in seen if maximum == download_bytes]
    assert values == sorted(values)
    assert values[-1] == download_bytes and len(set(values)) > 5


def test_five_rows_show_what_python_computes(ready: Visit, browser_artifact: Artifact) -> None:
    ready.type(TEXT)
    rows = ready.page.locator("#results li")
    expect(rows).to_have_count(5)
    shown = [float(row.get_attribute("data-probability") or "nan") for row in rows.all()]
    assert shown == sorted(shown, reverse=True) and 0 < sum(shown) <= 1
    logits = int8_logits(browser_artifact, [TEXT])[0]
    assert ready.first_label() == browser_artifact.load_labels()[int(logits.argmax())]


def test_the_page_shows_calibrated_probabilities_and_says_when_it_is_not_sure(
    ready: Visit, browser_artifact: Artifact, bundle: dict[str, Any]
) -> None:
    texts = [TEXT, "It was a day and there was a thing.", "I am so proud of my son", "ok then"]
    native = Temperature.of(bundle).probabilities(int8_logits(browser_artifact, texts))
    titles = set()
    for text, probabilities in zip(texts, native, strict=True):
        ready.type(text)
        first = ready.page.locator("#results li").first
        shown = float(first.get_attribute("data-probability") or "nan")
        assert shown == pytest.approx(probabilities.max(), abs=0.08)  # wasm rounds otherwise
        title = "Not sure, perhaps" if shown < bundle["unsure_below"] else "Most likely"
        expect(ready.page.locator("#answer-title")).to_have_text(title)
        titles.add(title)
    assert len(titles) == 2
    ready.page.fill("#text", "")
    expect(ready.page.locator("#answer-title")).to_have_text("Most likely")


def test_the_answer_follows_typing_and_the_last_text_wins(ready: Visit) -> None:
    ready.type("I am so proud of my son")
    alone = ready.page.locator("#results li").first
    expect(alone).to_have_attribute("data-label", "proud")
    expected = alone.get_attribute("data-probability")
    ready.type("")
    for end in range(1, len("I am so proud of my son") + 1):
        ready.page.fill("#text", "I am so proud of my son"[:end])
    expect(alone).to_have_attribute("data-probability", str(expected))


def test_an_answer_never_stands_beside_another_text(
    context: BrowserContext, built_site: Path
) -> None:
    other = "There was a hair and half a cockroach in my soup."
    context.add_init_script(HELD)
    with serve(built_site) as served:
        page = visit(context, served.address)
        page.wait_for("ready")
        page.page.fill("#text", TEXT)
        page.soon("held.length === 1")
        assert page.page.evaluate("held.length") == 1  # it is asked for, and not answered yet
        page.page.fill("#text", "")
        page.page.fill("#text", other)
        page.page.evaluate("release()")
        # Texts are answered one after the other: by now the answer to the first has come, too.
        expect(page.page.locator("#results li").first).to_have_attribute("data-label", "disgusted")
        assert {tuple(pair) for pair in page.page.evaluate("shown")} == {(other, "disgusted")}


def test_no_text_means_no_answer(ready: Visit) -> None:
    ready.answer(TEXT)
    for blank in ("", "   \n"):
        ready.page.fill("#text", blank)
        expect(ready.page.locator("#results li")).to_have_count(0)
        expect(ready.page.locator(".empty")).to_be_visible()


def test_a_long_text_is_cut_and_the_page_says_so(ready: Visit) -> None:
    ready.type(LONG)
    expect(ready.page.locator("#truncation-text")).to_have_text(
        re.compile(r"^Only the first 128 of 36\d tokens were read\.$")
    )
    # Where it was cut is shown in the text itself: once around, the model has read this much.
    cut = ready.page.locator("#cut")
    expect(cut).to_contain_text("not read from here")
    read, unread = (cut.inner_text()).split("not read from here:")
    assert read.strip("… ") in LONG and unread.strip("… ") in LONG
    ready.answer(TEXT)
    expect(ready.page.locator("#truncation")).to_be_hidden()


def test_an_example_fills_the_box_and_is_classified(ready: Visit) -> None:
    ready.type("")
    example = ready.page.locator("#examples button").nth(1)
    example.click()
    assert ready.page.input_value("#text") == example.inner_text()
    ready.expect_answer()


def test_the_page_says_how_good_the_model_is(ready: Visit, bundle: dict[str, Any]) -> None:
    ready.page.locator("#about summary").click()
    expect(ready.page.locator("#figures tr")).to_have_count(4)
    shown = ready.page.locator("#figures").inner_text()
    for runtime in ("torch", "onnx_fp32", "onnx_int8", "browser_int8"):
        assert f"{bundle['card']['metrics'][runtime]['macro_f1']:.3f}" in shown
    ready.page.locator("#about summary").click()


def test_text_typed_while_loading_is_classified_once_ready(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        address = served.address
        held: list[Route] = []
        context.route("**/tokenizer_config.json", lambda route: held.append(route))
        early = visit(context, address)
        early.page.fill("#text", TEXT)
        expect(early.page.locator("body")).to_have_attribute("data-state", "loading")
        early.page.wait_for_timeout(500)
        expect(early.page.locator("#results li")).to_have_count(0)
        for route in held:
            route.continue_()
        early.wait_for("ready")
        early.expect_answer()


def put_web_page_in_place_of(path: Path) -> None:
    path.write_text("<!doctype html><title>Not found</title>")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1])


DAMAGED = {
    "a model cut short": ("model/*/*.onnx.gzip", cut_short, "it cannot be inflated"),
    "no model": ("model/*/*.onnx.gzip", Path.unlink, "404"),
    "another vocabulary": ("model/*/tokenizer.json.gzip", flip_a_byte, "tokenizer.json"),
    "a damaged runtime": ("vendor/onnxruntime-web/*.wasm.gzip", flip_a_byte, "threaded.wasm"),
    "no bundle": ("model/bundle.json", Path.unlink, "bundle.json"),
    "a web page as bundle": ("model/bundle.json", put_web_page_in_place_of, "not valid JSON"),
    "no word of the site": ("site.json", Path.unlink, "site.json"),
    "a web page as its word": ("site.json", put_web_page_in_place_of, "not valid JSON"),
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_site_shows_an_error_and_never_an_answer(
    context: BrowserContext, site: Path, case: str
) -> None:
    pattern, damage, words = DAMAGED[case]
    (path,) = site.glob(pattern)
    whole = path.read_bytes()
    damage(path)
    with serve(site) as served:
        address = served.address
        broken = visit(context, address)
        broken.page.fill("#text", TEXT)
        broken.wait_for("error")
        expect(broken.page.locator("#error-text")).to_contain_text(words)
        expect(broken.page.locator("#results li")).to_have_count(0)
        put_back(path, whole)
        broken.page.click("#retry")
        broken.wait_for("ready")
        broken.expect_answer()


def test_after_one_visit_the_page_needs_no_network(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        address = served.address
        online = visit(context, address)
        online.wait_for("ready")
        online.wait_until_stored()
        label = online.answer(TEXT)
    # The server is gone now, and so is the network.
    online.come_back_offline()
    assert online.answer(TEXT) == label
    assert online.violations() == []


def test_neither_page_nor_worker_can_reach_another_origin(
    context: BrowserContext, built_site: Path
) -> None:
    reached = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reached.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    attempt = "(url) => fetch(url).then(() => 'reached', () => 'refused')"
    elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{elsewhere.server_address[1]}/"
    with serve(built_site) as served:
        address = served.address
        stored = visit(context, address)
        stored.wait_until_stored()
        stored.page.reload()
        stored.wait_for("ready")
        assert stored.page.evaluate(attempt, url + "page") == "refused"
        assert stored.classifying().evaluate(attempt, url + "worker") == "refused"
    elsewhere.shutdown()
    assert reached == []


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(ready: Visit, width: int, scheme: str) -> None:
    ready.answer(LONG)
    with ready.seen(width, color_scheme=scheme) as page:
        page.locator("#about summary").click()
        content = page.evaluate("document.documentElement.scrollWidth")
        page.locator("#about summary").click()
    assert content <= width


def test_the_site_works_below_a_path(context: BrowserContext, site: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "some").mkdir(parents=True)
    site.rename(root / "some" / "demo")
    with serve(root) as served:
        address = served.address
        nested = visit(context, f"{address}some/demo/")
        nested.wait_for("ready")
        nested.answer(TEXT)
        nested.wait_until_stored()
        assert nested.foreign_requests() == []

"""A visit to the page: what it asked for, what it says, and what a person does there."""

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page, Request, TimeoutError, Worker, expect

LOAD_TIMEOUT = 60_000
EXPECT_TIMEOUT = 5_000  # that of ``expect``
TEXT = "My sister hid behind the door with a cake and I had no idea."
# Else the browser repairs what is stored with what its HTTP cache holds, offline too.
NO_STORE = {"Cache-Control": "no-store"}
# Reported by the browser itself, so that nothing the page does can hide a violation.
RECORD_VIOLATIONS = """
globalThis.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
"""
# What a thread of the classifier runs, which is a worker as well.
THREAD = "/ort-wasm-simd-threaded.mjs"
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
# The worker by itself, without the client that would try again with one thread.
START = """async () => {
  const at = (path) => new URL(path, document.baseURI).href;
  const bundleUrl = at("model/bundle.json");
  const bundle = await (await fetch(bundleUrl)).json();
  const url = at("classifier/worker-plain.js");
  const worker = new Worker(url, { type: "module" });
  const outcome = new Promise((resolve) => {
    worker.onmessage = ({ data: { progress, stage, error } }) =>
      progress || stage || resolve(error?.message ?? "started");
    worker.onerror = (event) => (event.preventDefault(), resolve(`stopped: ${event.message}`));
  });
  const call = { method: "load", bundle, bundleUrl, runtimeUrl: at("vendor/"), cache: false };
  worker.postMessage({ id: 1, ...call, threads: 2, allowOrigins: [] });
  return outcome.finally(() => worker.terminate());
}"""


@dataclass
class Visit:
    """A page, and everything it asked for and complained about."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def foreign_requests(self) -> list[str]:
        return [
            url for url in self.requests if not url.startswith((self.address, "blob:", "data:"))
        ]

    def violations(self) -> list[str]:
        return self.page.evaluate("violations")

    def soon(self, condition: str, timeout: float = EXPECT_TIMEOUT) -> None:
        """Wait until a condition in JavaScript holds, or in vain.

        Before ``expect``, which says best what is wrong, but soon looks only twice a second.
        """
        with contextlib.suppress(TimeoutError):
            # A function is read once, a mere expression at every look, which the policy forbids.
            self.page.wait_for_function(f"() => {condition}", polling=20, timeout=timeout)

    def wait_for(self, state: str) -> None:
        self.soon(f"document.body?.dataset.state === {json.dumps(state)}", LOAD_TIMEOUT)
        said = " ".join(self.page.locator("#error:visible").all_inner_texts())
        body = expect(self.page.locator("body"), said or "Nothing is said to be wrong.")
        body.to_have_attribute("data-state", state)

    def wait_until_stored(self) -> None:
        """Wait until the page says that the next visit needs no network."""
        self.expect_offline("Works offline", LOAD_TIMEOUT)

    def expect_offline(self, words: str, timeout: float = EXPECT_TIMEOUT) -> None:
        """What the page says of a visit without a network."""
        said = "document.querySelector('#offline')?.textContent.trim()"
        self.soon(f"{said} === {json.dumps(words)}", timeout)
        expect(self.page.locator("#offline")).to_have_text(words)

    def type(self, text: str) -> None:
        """Replace the text; what was shown for the one before is gone when this returns."""
        self.page.fill("#text", "")
        self._expect_rows(0)
        self.page.fill("#text", text)

    def expect_answer(self) -> str:
        """Wait for the rows of an answer; its first label."""
        self._expect_rows(5)
        return self.first_label()

    def _expect_rows(self, count: int) -> None:
        self.soon(f"document.querySelectorAll('#results li').length === {count}")
        expect(self.page.locator("#results li")).to_have_count(count)

    def answer(self, text: str) -> str:
        """Type a text and wait for its first label."""
        self.type(text)
        return self.expect_answer()

    def first_label(self) -> str:
        return self.page.locator("#results li").first.get_attribute("data-label") or ""

    def come_back_offline(self) -> None:
        """Reload with the network gone, and wait until the page is ready again."""
        self.page.context.set_offline(True)
        self.page.reload()
        self.wait_for("ready")
        self.expect_offline("Offline – still working")

    def take_update(self, title: str, offer: str = "Use it now") -> None:
        """Take the newer version when the page offers it, and wait for the title of that."""
        button = self.page.locator("#update-now")
        said = "document.querySelector('#update-now')?.textContent.trim()"
        self.soon(f"{said} === {json.dumps(offer)}", LOAD_TIMEOUT)
        expect(button).to_have_text(offer)
        expect(button).to_be_enabled()
        button.click()
        self.expect_title(title)

    def expect_title(self, title: str) -> None:
        """Wait until the page is that of another version."""
        self.soon(f"document.title === {json.dumps(title)}", LOAD_TIMEOUT)
        expect(self.page).to_have_title(title)

    @contextmanager
    def seen(self, width: int = 1280, **media: Any) -> Iterator[Page]:
        """The page on another screen, with the text box left; as it was before afterwards."""
        before = self.page.viewport_size
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(reduced_motion="reduce", **media)
        self.page.locator("#text").blur()
        try:
            yield self.page
        finally:
            self.page.emulate_media(**dict.fromkeys(["reduced_motion", *media], "null"))
            self.page.set_viewport_size(before or {"width": width, "height": 800})

    def fact(self, name: str) -> str:
        """What the page says of itself: "Build", or what it "Runs on"."""
        self.page.evaluate("() => { document.querySelector('#about').open = true; }")
        term = self.page.locator("#facts dt", has_text=name)
        expect(term).to_have_count(1)
        return term.locator("xpath=following-sibling::dd[1]").text_content() or ""

    def is_isolated(self) -> bool:
        return self.page.evaluate("crossOriginIsolated")

    def start_threads(self) -> str:
        """How a start with two threads ends: "started", or with what reason."""
        self.wait_for("ready")
        return self.page.evaluate(START)

    def harm(self, part: str, action: str = "damage") -> int:
        """Damage or delete the stored files whose address ends like that; how many there were."""
        return self.page.evaluate(HARM, [part, action])

    def classifying(self) -> Worker:
        """The worker that classifies, which may have threads."""
        (worker,) = (one for one in self.page.workers if not one.url.endswith(THREAD))
        return worker

    def stop_the_classifier(self, text: str) -> None:
        """An error in the worker, and a text that meets with it."""
        self.classifying().evaluate("setTimeout(() => { throw new Error('stopped'); })")
        self.page.wait_for_timeout(300)
        self.page.fill("#text", text)
        self.wait_for("error")


def visit(context: BrowserContext, address: str) -> Visit:
    """Open the page in a context, watched from the first request on."""
    page = context.new_page()
    page.add_init_script(RECORD_VIOLATIONS)
    result = Visit(page, address)

    def note(request: Request) -> None:
        result.requests.append(request.url)

    context.on("request", note)
    page.on("console", lambda message: result.console.append(message.text))
    page.goto(address)
    return result

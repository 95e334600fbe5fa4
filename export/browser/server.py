"""A real browser on the built site: what the page computes, read back as arrays."""

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.run.errors import InputError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# A browser that calls home would be refused by closed networks and disturb what is measured.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_EXECUTABLES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_CHUNK = 50

# The page's own client and worker, without the text box.
_CLASSIFY = """async (texts) => {
  if (!globalThis.pocketClient) {
    const url = new URL("app/classifier/client.js", document.baseURI);
    const { ClassifierClient } = await import(url.href);
    const bundle = await (await fetch("bundle.json")).json();
    const client = new ClassifierClient();
    await client.load(bundle, {});
    globalThis.pocketClient = client;
  }
  const predictions = [];
  for (const text of texts) predictions.push(await globalThis.pocketClient.classify(text));
  return predictions.map((prediction) => prediction.logits);
}"""


# What a host must send for a page to be isolated, which it must be to start threads.
ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
# Python before 3.12 does not know these endings on every system, nor does every web server.
TYPES = {".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
# The same headers for every file, or which ones for the path that was asked for.
Headers = Mapping[str, str] | Callable[[str], Mapping[str, str]]


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, with headers of its own choice."""

    extensions_map: ClassVar[dict[str, str]] = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        **TYPES,
    }

    def __init__(self, *args: Any, headers: Headers, **options: Any) -> None:
        # Before the base class, whose constructor answers the request.
        self.extra = headers
        super().__init__(*args, **options)

    def end_headers(self) -> None:
        extra = self.extra(self.path) if callable(self.extra) else self.extra
        for name, value in extra.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serve(site: Path, port: int = 0, headers: Headers | None = None) -> Iterator[str]:
    """Serve a folder on localhost; yields its address, ending in a slash."""
    handler = functools.partial(QuietHandler, directory=str(site), headers=headers or {})
    with running(http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)) as address:
        yield address


@contextmanager
def running(server: http.server.HTTPServer) -> Iterator[str]:
    """Let a server answer in a thread of its own, and close it; yields its address."""
    with server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def find_browser() -> str:
    """Path of an installed Chromium.

    Raises:
        InputError: there is none.
    """
    executable = next(filter(None, map(shutil.which, _EXECUTABLES)), None)
    if executable is None:
        raise InputError("no Chromium found; install it (Debian: apt-get install chromium)")
    return executable


@contextmanager
def launch_browser() -> "Iterator[Browser]":
    """A headless Chromium.

    Raises:
        InputError: Playwright or a browser is missing.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise InputError("Playwright is missing; pip install '.[dev]'") from error
    executable = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def classify_in_page(page: "Page", texts: Sequence[str]) -> NDArray[np.float32]:
    """Logits of each text, [n, labels], by the client that the open page uses."""
    chunks = [list(texts[i : i + _CHUNK]) for i in range(0, len(texts), _CHUNK)]
    rows: list[list[float]] = []
    for chunk in tqdm(chunks, desc="browser int8", unit_scale=_CHUNK, unit="text"):
        rows += page.evaluate(_CLASSIFY, chunk)
    return np.asarray(rows, dtype=np.float32)


def classify_in_browser(site: Path, texts: Sequence[str]) -> tuple[NDArray[np.float32], str]:
    """Logits of each text, [n, labels], by the site in Chromium; and the browser's version."""
    with serve(site) as address, launch_browser() as browser:
        page = browser.new_page()
        page.goto(address)
        return classify_in_page(page, texts), f"Chromium {browser.version}"

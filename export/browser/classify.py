"""What the page computes in a real browser, read back as arrays."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from export.browser.launch import launch_browser
from export.browser.server import serve

if TYPE_CHECKING:
    from playwright.sync_api import Page

_CHUNK = 50

# The page's own library and worker, without the text box.
_CLASSIFY = """async (texts) => {
  if (!globalThis.pocketClassifier) {
    const { loadClassifier } = await import(new URL("classifier/plain.js", document.baseURI).href);
    globalThis.pocketClassifier = await loadClassifier("model/bundle.json", { cache: false });
  }
  const predictions = [];
  for (const text of texts) predictions.push(await globalThis.pocketClassifier.classify(text));
  return predictions.map((prediction) => prediction.logits);
}"""


def classify_in_page(page: "Page", texts: Sequence[str]) -> NDArray[np.float32]:
    """Logits of each text, [n, labels], by the library that the open page uses."""
    chunks = [list(texts[i : i + _CHUNK]) for i in range(0, len(texts), _CHUNK)]
    rows: list[list[float]] = []
    for chunk in tqdm(chunks, desc="browser int8", unit_scale=_CHUNK, unit="text"):
        rows += page.evaluate(_CLASSIFY, chunk)
    return np.asarray(rows, dtype=np.float32)


def classify_in_browser(site: Path, texts: Sequence[str]) -> tuple[NDArray[np.float32], str]:
    """Logits of each text, [n, labels], by the site in Chromium; and the browser's version."""
    with serve(site) as served, launch_browser() as browser:
        page = browser.new_page()
        page.goto(served.address)
        return classify_in_page(page, texts), f"Chromium {browser.version}"

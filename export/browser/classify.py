"""What the page computes in real browsers, read back as arrays."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from export.browser.engines import Engine, Evaluates, open_engine
from export.browser.server import serve
from export.browser.visit import PageVisit
from training.run.errors import CheckError

_CHUNK = 50

# The page's own library and worker, without the text box.
_CLASSIFY = """async (texts) => {
  if (!globalThis.pocketClassifier) {
    const { loadClassifier } = await import(new URL("classifier/plain.js", document.baseURI).href);
    globalThis.pocketClassifier = await loadClassifier("model/bundle.json", { cache: false });
  }
  const answers = [];
  for (const text of texts) {
    const began = performance.now();
    const { logits } = await globalThis.pocketClassifier.classify(text);
    answers.push([logits, performance.now() - began]);
  }
  return answers;
}"""


class Answers(NamedTuple):
    """What a page answered to n texts, one at a time."""

    logits: NDArray[np.float32]  # [n, labels]
    milliseconds: NDArray[np.float64]  # [n], a call to its answer; whole ones in some engines


class EngineAnswers(NamedTuple):
    """What a site answered in one engine, whose name and number are ``browser``."""

    browser: str
    answers: Answers
    offline: bool  # whether the next visit was answered with the server gone


def ask_page(page: Evaluates, texts: Sequence[str], description: str = "browser int8") -> Answers:
    """Have texts classified by the library that the open page uses."""
    chunks = [list(texts[i : i + _CHUNK]) for i in range(0, len(texts), _CHUNK)]
    answers: list[tuple[list[float], float]] = []
    for chunk in tqdm(chunks, desc=description, unit_scale=_CHUNK, unit="text"):
        answers += page.evaluate(_CLASSIFY, chunk)
    logits, milliseconds = zip(*answers, strict=True)
    return Answers(np.asarray(logits, dtype=np.float32), np.asarray(milliseconds))


def classify_in_page(page: Evaluates, texts: Sequence[str]) -> NDArray[np.float32]:
    """Logits of each text, [n, labels], by the library that the open page uses."""
    return ask_page(page, texts).logits


def ask_engines(site: Path, texts: Sequence[str], names: Iterable[str]) -> dict[str, EngineAnswers]:
    """Have texts classified by a site in several engines, one after the other, on one thread.

    Args:
        names: of ``export.browser.engines.ENGINES``; all are started before the first one is asked.

    Raises:
        InputError: one of them is not installed or does not start.
        CheckError: the page did not start in one of them.
    """
    with ExitStack() as stack:
        engines = {name: stack.enter_context(open_engine(name)) for name in names}
        return {name: _ask_engine(site, texts, engine) for name, engine in engines.items()}


def _ask_engine(site: Path, texts: Sequence[str], engine: Engine) -> EngineAnswers:
    with engine.tab() as tab:
        with serve(site) as served:
            page = PageVisit(tab, served.address)
            try:
                page.wait_until_ready()
            except CheckError as error:
                raise CheckError(f"{engine.version}: {error}") from error
            stored = _succeeds(page.wait_until_stored)
            answers = ask_page(tab, texts, f"int8 in {engine.version}")
        offline = stored and _succeeds(page.reload) and _succeeds(lambda: page.answer(texts[0]))
    return EngineAnswers(engine.version, answers, offline)


def _succeeds(action: Callable[[], Any]) -> bool:
    try:
        action()
    except CheckError:
        return False
    return True

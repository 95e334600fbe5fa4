"""The measurements: visits, answers one at a time in turn, many answers."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from export.bench.browse import Visitor, ask, open_page
from export.bench.contenders import CONTENDERS, SEED, SLOW_LINE, STAY, Contender
from export.bench.sites import PAGE
from export.browser.server import Site

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

# Functions of a WebAssembly module are compiled again, better, while they are used.
WARM_UP = 20

_CLASSIFY = "(input) => globalThis.bench.classify(input)"
_SECONDS = "([inputs, size]) => globalThis.bench.secondsFor(inputs, size)"
_SETTLED = "() => globalThis.bench.settled?.()"

Runs = dict[str, list[float]]


def measure_visits(
    visitor: Visitor,
    sites: Mapping[str, Site],
    text: str,
    repeats: int,
    contenders: Mapping[str, Contender] = CONTENDERS,
    stay: float = STAY,
) -> dict[str, Runs]:
    """Bytes and milliseconds of first and second visits; the contenders take turns.

    Args:
        stay: seconds that the first visit lasts beyond its first answer.
    """
    runs: dict[str, Runs] = defaultdict(lambda: defaultdict(list))
    for key, contender in _visitors(contenders, repeats, "visits"):
        site = sites[contender.site]
        with _new_profile(visitor, site, contender, text) as (context, address):
            for name, value in _visit_twice(context, site, address, stay).items():
                runs[key][name].append(value)
    return runs


def measure_slow_visits(
    visitor: Visitor, sites: Mapping[str, Site], text: str, repeats: int
) -> Runs:
    """Milliseconds to the first answer of a first visit over a slow line."""
    runs: Runs = defaultdict(list)
    for key, contender in _visitors(CONTENDERS, repeats, "visits over a slow line"):
        site = sites[contender.site]
        site.bytes_per_second = SLOW_LINE * 1e6 / 8
        try:
            with _new_profile(visitor, site, contender, text) as (context, address):
                _, cold = open_page(context, address)
        finally:
            site.bytes_per_second = None
        runs[key].append(cold["milliseconds"])
    return runs


def _visitors(
    contenders: Mapping[str, Contender], repeats: int, description: str
) -> Iterator[tuple[str, Contender]]:
    """Those whose visits are measured, in turns."""
    visited = {key: c for key, c in contenders.items() if c.visit is not None}
    turns = [key for order in _shuffled(visited, repeats) for key in order]
    for key in tqdm(turns, desc=description, unit="visit"):
        yield key, visited[key]


def _shuffled(names: Iterable[str], rounds: int) -> Iterator[list[str]]:
    """The names in another order each round: who follows the heaviest finds its caches emptied."""
    order, source = list(names), random.Random(SEED)
    for _ in range(rounds):
        source.shuffle(order)
        yield list(order)


@contextmanager
def _new_profile(
    visitor: Visitor, site: Site, contender: Contender, text: str
) -> "Iterator[tuple[BrowserContext, str]]":
    """A browser that has never been there, and the page to visit with it."""
    script = (PAGE / "visit.js").read_text() if contender.visit == "" else ""
    with visitor.profile(text, script) as context:
        yield context, f"{site.address}{contender.visit}"


def _visit_twice(
    context: "BrowserContext", site: Site, address: str, stay: float
) -> dict[str, float]:
    """A first and a second visit with the same profile.

    The bytes of the second visit are all that the server sent in it; those of the first are told
    apart into what came before the first answer and what was stored for later besides.
    """
    site.forget()
    page, cold = open_page(context, address)
    ask(page, _SETTLED)
    measured = {
        "cold_bytes": site.sent(until=cold["at"] / 1000),
        "stored_bytes": site.sent(),
        "cold_ms": cold["milliseconds"],
    }
    # What a page, or a browser, does for later it does when nothing else is to be done.
    page.wait_for_timeout(1000 * stay)
    page.close()
    site.forget()
    _, warm = open_page(context, address)
    return measured | {
        "cold_threads": cold["threads"],
        "warm_bytes": site.sent(),
        "warm_ms": warm["milliseconds"],
        "warm_threads": warm["threads"],
    }


@contextmanager
def open_contenders(
    visitor: Visitor,
    sites: Mapping[str, Site],
    text: str,
    contenders: Mapping[str, Contender] = CONTENDERS,
) -> "Iterator[dict[str, tuple[Page, dict[str, Any]]]]":
    """A loaded page of each contender, and what it said of itself; all open side by side."""
    with ExitStack() as stack:
        opened = {}
        for key, contender in tqdm(contenders.items(), desc="loading", unit="page"):
            context = stack.enter_context(visitor.context(text))
            opened[key] = open_page(context, f"{sites[contender.site].address}{contender.page}")
        yield opened


def measure_latency(
    pages: "Mapping[str, Page]", inputs: list[Any], repeats: int, description: str
) -> tuple[dict[str, list[list[float]]], dict[str, list[str]]]:
    """Milliseconds of each answer by page and repeat, and the labels by page.

    Each input goes to all pages in turn, so that whatever else slows the machine slows all.
    """
    milliseconds: dict[str, list[list[float]]] = {key: [] for key in pages}
    labels: dict[str, list[str]] = {}
    warm_up = list(islice(cycle(inputs), WARM_UP))
    with tqdm(total=WARM_UP + repeats * len(inputs), desc=description, unit="turn") as bar:
        _take_turns(pages, warm_up, bar)
        for _ in range(repeats):
            for key, given in _take_turns(pages, inputs, bar).items():
                milliseconds[key].append([answer["milliseconds"] for answer in given])
                labels[key] = [answer["label"] for answer in given]
    return milliseconds, labels


def _take_turns(
    pages: "Mapping[str, Page]", inputs: list[Any], bar: "tqdm[Any]"
) -> dict[str, list[dict[str, Any]]]:
    answers: dict[str, list[dict[str, Any]]] = {key: [] for key in pages}
    for value, order in zip(inputs, _shuffled(pages, len(inputs)), strict=True):
        for key in order:
            answers[key].append(ask(pages[key], _CLASSIFY, value))
        bar.update()
    return answers


def measure_throughput(pages: "Mapping[str, Page]", texts: list[str], repeats: int) -> Runs:
    """Texts a second of each contender, in batches of its own size."""
    runs: Runs = {key: [] for key in pages}
    turns = [key for order in _shuffled(pages, repeats) for key in order]
    for key in tqdm(turns, desc="throughput", unit="run"):
        seconds = ask(pages[key], _SECONDS, [texts, CONTENDERS[key].batch])
        runs[key].append(len(texts) / seconds)
    return runs

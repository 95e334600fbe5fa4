"""How the cost of a text grows with its length: this page, isolated as well, and the peer."""

import random
import tempfile
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from export.bench.browse import Visitor
from export.bench.contenders import CONTENDERS, OURS, SEED
from export.bench.measure import measure_latency, measure_throughput, open_contenders
from export.bench.record import FIRST_TEXT, SPLIT, draw
from export.bench.sites import fill_ours, fill_peer_q8, serve_sites
from export.bench.summary import summarize, summarize_latency
from export.browser.launch import launch_browser
from export.pipeline import StaleStages
from training.run.artifact import Artifact
from training.run.errors import InputError
from training.run.files import describe_file
from training.run.provenance import circumstances

if TYPE_CHECKING:
    from playwright.sync_api import Page

LENGTHS = (4, 8, 16, 32, 64, 96, 128)  # tokens, special tokens included
PEER_KEY = "peer_int8"
GROWING = {key: CONTENDERS[key] for key in (OURS, "ours_int8_isolated", PEER_KEY)}


def cut_texts(artifact: Artifact, texts: Sequence[str], length: int, n: int) -> list[str]:
    """``n`` texts of exactly ``length`` tokens each, special tokens included.

    Each is the beginning of another text, joined with those after it where it is too short.

    Raises:
        InputError: there are not enough texts for that.
    """
    tokenizer = artifact.load_tokenizer()
    room = length - tokenizer.num_special_tokens_to_add()
    found: list[str] = []
    for start in range(len(texts)):
        joined = " ".join(islice(cycle(texts), start, start + room))
        encoded = tokenizer(
            joined, add_special_tokens=False, truncation=True, max_length=room,
            return_offsets_mapping=True,
        )  # fmt: skip
        text = joined[: encoded["offset_mapping"][-1][1]]
        # With some tokenizers a word that is cut in two has other tokens than as a whole.
        if len(tokenizer(text)["input_ids"]) == length:
            found.append(text)
        if len(found) == n:
            return found
    raise InputError(
        f"only {len(found)} texts of {length} tokens can be made of {len(texts)}, wanted {n}; "
        "give a lower --texts, or more data"
    )


def measure_growth(stages: StaleStages, peer: StaleStages, n: int, repeats: int) -> dict[str, Any]:
    """Milliseconds of texts by length, and texts a second, of one run's page and of the peer.

    Args:
        stages: of the run whose page is measured.
        peer: of the run whose dynamic int8 the peer runs.
        n: texts of each length, from the test split.
        repeats: of everything.

    Raises:
        InputError: no npm, no browser, or too few texts.
        CheckError: int8 is outside the gate, or a page failed.
    """
    artifact = stages.artifact
    everything = list(stages.data.splits[SPLIT]["text"])
    texts = draw(everything, len(everything))
    limit = artifact.load_tokenizer().model_max_length
    lengths = [length for length in LENGTHS if length <= limit]
    by_length = {length: cut_texts(artifact, texts, length, n) for length in lengths}
    with tempfile.TemporaryDirectory(prefix="growth-") as name:
        folder = Path(name)
        q8, versions = fill_peer_q8(peer, folder / "peer")
        versions = fill_ours(stages, folder / "ours").facts["packages"] | versions
        with serve_sites(folder) as sites, launch_browser() as browser:
            visitor = Visitor(browser)
            with open_contenders(visitor, sites, FIRST_TEXT, GROWING) as opened:
                pages = {key: page for key, (page, _) in opened.items()}
                found = _by_length(pages, by_length, repeats)
                natural = texts[: n * len(lengths)]
                throughput = measure_throughput(pages, natural, repeats)
                threads = {key: ready["threads"] for key, (_, ready) in opened.items()}
            visitor.require_local()
            browser_version = f"Chromium {browser.version}"
    return {
        "run": artifact.name,
        "onnx_int8": describe_file(artifact.onnx_quantized),
        "peer": {"run": peer.artifact.name, "q8": q8},
        "data": stages.data.provenance.reference(),
        "split": SPLIT,
        "n": n,
        "natural_texts": len(natural),
        "seed": SEED,
        "repeats": repeats,
        "browser": browser_version,
        "web_versions": versions,
        "contenders": {
            key: {
                "name": contender.name,
                "threads": threads[key],
                "tokens": found[key],
                "texts_per_second": summarize(throughput[key]),
            }
            for key, contender in GROWING.items()
        },
        **circumstances(),
    }


def _by_length(
    pages: "dict[str, Page]", by_length: dict[int, list[str]], repeats: int
) -> dict[str, dict[str, Any]]:
    """Milliseconds by page and length; the lengths are mixed, so that none has a time of its own
    in which the machine was slow.
    """
    inputs = [(length, text) for length, texts in by_length.items() for text in texts]
    random.Random(SEED).shuffle(inputs)
    milliseconds, _ = measure_latency(pages, [text for _, text in inputs], repeats, "latency")
    places = {
        length: [place for place, (of, _) in enumerate(inputs) if of == length]
        for length in by_length
    }
    return {
        key: {
            str(length): summarize_latency([[run[place] for place in wanted] for run in runs])
            for length, wanted in places.items()
        }
        for key, runs in milliseconds.items()
    }

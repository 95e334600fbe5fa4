"""What READMEs say of the engines in which a page was measured."""

from typing import Any

from export.quality.facts import BROWSER, ENGINES
from export.readme.front import engines_sentence
from export.readme.of_export import engines


def row(browser: str, agreement: float, farthest: float) -> dict[str, Any]:
    distance = {"agreement": agreement, "max_logit_difference": farthest}
    return {"browser": browser, "against_native_int8": distance}


TIMES = {"p50_ms": 15.25, "p95_ms": 31.0, "offline": True}
MACHINE = {"machine": {"processor": "Some Chip", "cores": 2}}


def parity(**chromium: Any) -> dict[str, Any]:
    own = row("Chromium 1.2", 0.999, 0.07) | chromium
    return {"split": "test", "n": 2541, "results": {BROWSER: own}}


def test_a_record_of_one_browser_names_that_alone() -> None:
    assert "classified in Chromium 1.2: 99.9% of the labels" in engines_sentence(parity())
    text = engines(parity())
    assert "| Chromium 1.2 | 99.9% | – | 0.070 | – | – | – |" in text
    assert "milliseconds" not in text and text.endswith("one at a time.")


def test_every_engine_is_named_with_its_version_and_the_worst_figure_counts() -> None:
    same = {"against_chromium": {"agreement": 1.0}}
    others = {
        "firefox": row("Firefox 3.4", 0.999, 0.07) | TIMES | same,
        "webkit": row("WebKitGTK 5.6", 0.981, 0.5) | TIMES | same | {"offline": False},
    }
    record = parity(**TIMES, **MACHINE, **{ENGINES: others})
    said = engines_sentence(record)
    assert "in Chromium 1.2, Firefox 3.4 and WebKitGTK 5.6: 98.1% of the labels" in said
    assert "off by more than 0.50" in said
    text = engines(record)
    assert "| WebKitGTK 5.6 | 98.1% | 100.0% | 0.500 | 15.2 | 31.0 | no |" in text
    assert "Some Chip, 2 cores" in text and "whole milliseconds" in text

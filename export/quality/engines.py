"""What each browser engine makes of the same int8 file: rows of the parity record, and their table.

Chromium's row is that of the browser in the record, which is held to the whole gate; those of the
other engines hang below it, so that they are kept and dropped with it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from export.browser.classify import EngineAnswers
from export.browser.engines import CHROMIUM
from export.quality.distance import Logits, against_native
from export.quality.facts import BROWSER, ENGINES
from training.report.words import NOTHING, fixed, percent
from training.run.provenance import machine

Record = dict[str, Any]
HEAD = [
    "", "as native int8", "as Chromium", "max |Δlogit|", "p50 ms", "p95 ms", "offline"
]  # fmt: skip


def browser_row(asked: Mapping[str, EngineAnswers], native: Logits) -> Record:
    """What belongs into Chromium's row besides its quality, with the rows of other engines.

    Args:
        asked: of each engine, Chromium among them.
        native: logits of the same int8 file by this machine's own kernels, [n, labels].
    """
    reference = asked[CHROMIUM].answers.logits
    others = {
        name: _row(engine, native)
        | {"against_chromium": against_native(engine.answers.logits, reference)}
        for name, engine in asked.items()
        if name != CHROMIUM
    }
    return _row(asked[CHROMIUM], native) | {ENGINES: others, "machine": machine()}


def _row(engine: EngineAnswers, native: Logits) -> Record:
    p50, p95 = np.percentile(engine.answers.milliseconds, [50, 95])
    return {
        "browser": engine.browser,
        "against_native_int8": against_native(engine.answers.logits, native),
        "p50_ms": float(p50),
        "p95_ms": float(p95),
        "offline": engine.offline,
    }


def measured_engines(record: Record) -> list[Record]:
    """The rows of the engines of a parity record, Chromium's first; none where none was asked."""
    chromium = record["results"].get(BROWSER)
    return [] if chromium is None else [chromium, *chromium.get(ENGINES, {}).values()]


def engine_cells(record: Record) -> list[list[str]]:
    """A row of text for each engine of a parity record, under ``HEAD``.

    A record made before there was more than one engine has neither times nor visits offline.
    """
    return [
        [
            row["browser"],
            percent(row["against_native_int8"]["agreement"]),
            percent(row["against_chromium"]["agreement"]) if "against_chromium" in row else NOTHING,
            fixed(row["against_native_int8"]["max_logit_difference"], 3),
            fixed(row.get("p50_ms"), 1),
            fixed(row.get("p95_ms"), 1),
            {True: "yes", False: "no", None: NOTHING}[row.get("offline")],
        ]
        for row in measured_engines(record)
    ]

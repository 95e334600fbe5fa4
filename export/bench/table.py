"""The record as Markdown."""

from collections.abc import Callable
from typing import Any

from export.bench.contenders import OURS, PEER, SLOW_LINE
from training.report.words import markdown_table

# key of a contender → heading, how its median is written
_COLUMNS: dict[str, tuple[str, Callable[[float], str]]] = {
    "cold_bytes": ("first visit, MB", lambda value: f"{value / 1e6:.1f}"),
    "cold_ms": ("first answer, s", lambda value: f"{value / 1000:.2f}"),
    "slow_ms": (f"at {SLOW_LINE} Mbit/s, s", lambda value: f"{value / 1000:.2f}"),
    "warm_ms": ("on the second visit, s", lambda value: f"{value / 1000:.2f}"),
    "p50_ms": ("a text, p50 ms", lambda value: f"{value:.1f}"),
    "p95_ms": ("p95 ms", lambda value: f"{value:.1f}"),
    "texts_per_second": ("texts a second", lambda value: f"{value:.0f}"),
}


def contender_table(record: dict[str, Any]) -> str:
    """A Markdown table, a contender a line with its multiples of ours, and what it was made of."""
    head = ["", "threads", *(heading for heading, _ in _COLUMNS.values())]
    rows = []
    for key, facts in record["contenders"].items():
        times = record["ratios"].get(key, {})
        name = f"**{facts['name']}**" if key == OURS else facts["name"]
        cells = [_cell(facts, column, times) for column in _COLUMNS]
        rows.append([name, str(facts["threads"]), *cells])
    return f"{markdown_table(head, rows)}\n\n{_footnote(record)}{_isolated(record)}"


def _cell(facts: dict[str, Any], column: str, times: dict[str, float]) -> str:
    if column not in facts:
        return ""
    text = _COLUMNS[column][1](facts[column]["median"])
    if column == "texts_per_second" and facts["batch"] > 1:
        text += f" in batches of {facts['batch']}"
    return f"{text} ({times[column]:.2f}×)" if column in times else text


def _isolated(record: dict[str, Any]) -> str:
    """On how many threads a second visit is, where the service worker gave it more than one."""
    threads = record["contenders"][OURS].get("warm_threads", {"median": 1})["median"]
    return f" The second visit of this page is on {threads:.0f} threads." if threads > 1 else ""


def _footnote(record: dict[str, Any]) -> str:
    web = record["web_versions"]
    stay = record.get("stay_seconds", 0)
    return (
        f"Medians of {record['repeats']} runs, {record['n']} {record['split']} texts; in "
        f"parentheses, multiples of the first line. {record['browser']}, "
        f"{record['machine']['processor']}, {record['machine']['cores']} cores. The peer is "
        f"{PEER} {web[PEER]} on WebAssembly with the same model files; the server is on the same "
        f"machine and compresses nothing. Before the second visit the first one lasted {stay:.0f} "
        "seconds beyond its answer."
    )

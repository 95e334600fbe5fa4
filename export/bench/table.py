"""The record as Markdown."""

from collections.abc import Callable
from typing import Any

from export.bench.contenders import OURS, PEER, SLOW_LINE

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


def table(record: dict[str, Any]) -> str:
    """Both tables, for the terminal."""
    return f"{contender_table(record)}\n\n{session_table(record)}"


def contender_table(record: dict[str, Any]) -> str:
    """A Markdown table, a contender a line with its multiples of ours, and what it was made of."""
    lines = [
        f"| | threads | {' | '.join(heading for heading, _ in _COLUMNS.values())} |",
        "|---" * (len(_COLUMNS) + 2) + "|",
    ]
    for key, facts in record["contenders"].items():
        name = f"**{facts['name']}**" if key == OURS else facts["name"]
        times = record["ratios"].get(key, {})
        cells = [_cell(facts, column, times) for column in _COLUMNS]
        lines.append(f"| {name} | {facts['threads']} | {' | '.join(cells)} |")
    return "\n".join(lines) + f"\n\n{_footnote(record)}"


def _cell(facts: dict[str, Any], column: str, times: dict[str, float]) -> str:
    if column not in facts:
        return ""
    text = _COLUMNS[column][1](facts[column]["median"])
    if column == "texts_per_second" and facts["batch"] > 1:
        text += f" in batches of {facts['batch']}"
    return f"{text} ({times[column]:.2f}×)" if column in times else text


def _footnote(record: dict[str, Any]) -> str:
    web = record["web_versions"]
    return (
        f"Medians of {record['repeats']} runs, {record['n']} {record['split']} texts; in "
        f"parentheses, multiples of the first line. {record['browser']}, "
        f"{record['machine']['processor']}, {record['machine']['cores']} cores. The peer is "
        f"{PEER} {web[PEER]} on WebAssembly with the same model files; the server is on the same "
        "machine and compresses nothing."
    )


def session_table(record: dict[str, Any]) -> str:
    """A Markdown table, a way to open the int8 file a line; a failure in its own words."""
    lines = [
        "| session | MB | created, ms | p50 ms | p95 ms | same label |",
        "|---|---|---|---|---|---|",
    ]
    for name, facts in record["sessions"].items():
        size = "" if facts["bytes"] is None else f"{facts['bytes'] / 1e6:.1f}"
        if "error" in facts:
            lines.append(f"| {name} | {size} | {facts['error'].replace('|', '/')} | | | |")
            continue
        create, p50, p95 = (facts[key]["median"] for key in ("create_ms", "p50_ms", "p95_ms"))
        lines.append(
            f"| {name} | {size} | {create:.0f} | {p50:.1f} | {p95:.1f} "
            f"| {facts['same_label']:.1%} |"
        )
    return "\n".join(lines)

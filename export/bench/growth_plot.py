"""Growth of cost as a table and as a picture."""

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from export.bench.contenders import OURS, PEER, SLOW_LINE
from export.bench.growth import PEER_KEY
from training.report.style import colour, faint_grid, marker, plot_style
from training.report.words import markdown_table


def growth_table(record: dict[str, Any]) -> str:
    """A Markdown table: p50 milliseconds by length, texts a second; how it was measured."""
    contenders = record["contenders"]
    lengths = list(contenders[OURS]["tokens"])
    head = ["p50 ms of a text of", "threads", *(f"{length} tokens" for length in lengths)]
    rows = []
    for facts in contenders.values():
        times = [f"{facts['tokens'][length]['p50_ms']['median']:.1f}" for length in lengths]
        rate = f"{facts['texts_per_second']['median']:.0f}"
        rows.append([facts["name"], str(facts["threads"]), *times, rate])
    return f"{markdown_table([*head, 'texts a second'], rows)}\n\n{_footnote(record)}"


def _footnote(record: dict[str, Any]) -> str:
    return (
        f"Medians of {record['repeats']} runs, {record['n']} texts of each length (special tokens "
        f"included), cut from or joined of {record['split']} texts; texts a second of "
        f"{record['natural_texts']} as they are. {record['browser']}, "
        f"{record['machine']['processor']}, {record['machine']['cores']} cores. This page runs "
        f"{record['run']}; the peer is {PEER} {record['web_versions'][PEER]} with onnxruntime's "
        f"dynamic int8 (q8) of {record['peer']['run']}."
    )


def bytes_sentence(bench: dict[str, Any]) -> str:
    """What a megabyte costs a first answer, from the record of the benchmark."""
    parts = []
    for key, name in ((OURS, "this page"), (PEER_KEY, "the peer")):
        facts = bench["contenders"][key]
        megabytes = facts["cold_bytes"]["median"] / 1e6
        seconds = facts["slow_ms"]["median"] / 1000
        parts.append(
            f"{seconds:.2f} s for {megabytes:.1f} MB in {name} ({seconds / megabytes:.3f} s a MB)"
        )
    return f"Over a line of {SLOW_LINE} Mbit/s a first answer takes {' and '.join(parts)}."


def write_growth(record: dict[str, Any], path: Path) -> Path:
    """Write the picture as SVG: milliseconds against tokens, a contender a line."""
    with plot_style():
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.subplots()
        for place, facts in enumerate(record["contenders"].values()):
            lengths = [int(length) for length in facts["tokens"]]
            times = [row["p50_ms"]["median"] for row in facts["tokens"].values()]
            threads = f"{facts['threads']} thread{'s' if facts['threads'] > 1 else ''}"
            axes.plot(
                lengths, times, f"{marker(place)}-", color=colour(place),
                label=f"{facts['name']}, {threads}",
            )  # fmt: skip
        axes.set_xticks(lengths)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("tokens of a text, special tokens included")
        axes.set_ylabel("milliseconds, p50")
        axes.legend(frameon=False)
        faint_grid(axes)
        figure.savefig(path, metadata={"Date": None})
    return path

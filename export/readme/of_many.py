"""The blocks of further studies: the library's calls, Lighthouse, tables in Python."""

from typing import Any

from export.bench import BATCH, LIBRARY, LIGHTHOUSE
from export.bench.batch import batch_sentence
from export.bench.library import library_table
from export.bench.lighthouse import CATEGORIES, PACKAGE, lighthouse_table
from export.rows import RECORD as ROWS
from export.rows.contenders import OURS
from export.rows.measure import table
from training.report.words import markdown_table
from training.run.files import read_json


def blocks() -> dict[str, str]:
    """Name of each block → Markdown."""
    return {
        "library": _library(read_json(LIBRARY)),
        "batch": _batch(),
        "lighthouse": _lighthouse(read_json(LIGHTHOUSE)),
        "rows": _rows(read_json(ROWS)),
    }


def _batch() -> str:
    if not BATCH.is_file():
        return "Not measured yet: `scripts/study/bench_batch.py` does."
    return batch_sentence(read_json(BATCH))


def _lighthouse(record: dict[str, Any]) -> str:
    head = ["", *(name.replace("-", " ") for name in CATEGORIES)]
    return markdown_table(head, lighthouse_table(record)) + (
        f"\n\nMedians of {record['repeats']} first visits each. Lighthouse "
        f"{record['web_versions'][PACKAGE]}, {record['browser']}, {record['machine']['cores']} "
        "cores; the server compresses nothing."
    )


def _library(record: dict[str, Any]) -> str:
    head = ["", "one by one, rows/s", "`classifyMany`, rows/s", "`explain`", "of one answer"]
    verified = next(iter(record["ways"].values()))["verified"]
    return markdown_table([*head, "`verify`"], library_table(record)) + (
        f"\n\nMedians of {record['repeats']} runs, {record['n']} test texts; explained are texts "
        f"of {record['words']} words. {record['browser']}, {record['machine']['cores']} cores. "
        f"{verified['texts']} golden texts, the largest difference of a logit "
        f"{verified['largest_logit_difference']:.3f}."
    )


def _rows(record: dict[str, Any]) -> str:
    machine = record["machine"]
    head = ["", "rows/s", "ours is faster by", "peak memory", "CPU", "same label as ours"]
    shown = table(record)
    if not any("cpu_use" in facts for facts in record["contenders"].values()):
        head, shown = [*head[:4], *head[5:]], [[*row[:4], *row[5:]] for row in shown]
    return markdown_table(head, shown) + (
        f"\n\n{record['rows']:,} rows made of the {record['split']} split, median of "
        f"{record['repeats']} runs from a warm start; the others in batches of "
        f"{record['batch_size']}. {machine['processor']}, {machine['cores']} cores."
        f"{_long_table(record.get('table'))}"
    )


def _long_table(facts: dict[str, Any] | None) -> str:
    if facts is None:
        return ""
    return (
        f" `classify.py` made Parquet of a CSV table of {facts['rows']:,} rows in "
        f"{facts['seconds'] / 60:.0f} minutes: {facts['rows_per_second']:,.0f} rows a second, "
        f"{facts['cpu_use']:.0%} of all cores, at most {facts['peak_megabytes']:,.0f} MB."
    )


def scale(record: dict[str, Any]) -> str:
    """How fast a table is done, and how that grows with workers, where it was measured."""
    rates = {
        name: facts["rows_per_second"]["median"] for name, facts in record["contenders"].items()
    }
    torch = next(rate for name, rate in rates.items() if "PyTorch" in name)
    said = (
        f"{rates[OURS]:,.0f} rows a second on {record['machine']['cores']} cores, "
        f"{rates[OURS] / torch:.1f} × a pipeline of PyTorch."
    )
    if "ray" not in record:
        return said
    one, two = (record["ray"][count] for count in ("1", "2"))
    first, second = (facts["rows_per_second"]["median"] for facts in (one, two))
    starts = [facts["start_seconds"]["median"] for facts in (one, two)]
    return (
        f"{said} By Ray there: {first:,.0f} with one worker, {second:,.0f} with two "
        f"({second / first:.2f} ×), after {min(starts):.0f} to {max(starts):.0f} s to start."
    )

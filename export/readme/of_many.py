"""The blocks about many texts at once: the library's calls in a browser, tables in Python."""

from typing import Any

from export.bench import BATCH, LIBRARY
from export.bench.batch import batch_sentence
from export.bench.library import library_table
from export.rows import RECORD as ROWS
from export.rows.measure import table
from training.report.words import markdown_table
from training.run.files import read_json


def blocks() -> dict[str, str]:
    """Name of each block → Markdown."""
    return {
        "library": _library(read_json(LIBRARY)),
        "batch": _batch(),
        "rows": _rows(read_json(ROWS)),
    }


def _batch() -> str:
    if not BATCH.is_file():
        return "Not measured yet: `scripts/study/bench_batch.py` does."
    return batch_sentence(read_json(BATCH))


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
    head = ["", "rows/s", "ours is faster by", "peak memory", "same label as ours"]
    return markdown_table(head, table(record)) + (
        f"\n\n{record['rows']:,} rows made of the {record['split']} split, median of "
        f"{record['repeats']} runs from a warm start; the others in batches of "
        f"{record['batch_size']}. {machine['processor']}, {machine['cores']} cores."
    )

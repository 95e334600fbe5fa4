"""A table classified part by part, so that a killed job goes on where it was."""

import hashlib
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from export.quality.answer import Answer
from export.rows.row import Row
from export.rows.score import Pool, windows_of
from export.rows.scorer import Model
from export.rows.tables import STANDARD, Table
from export.rows.writers import Output, copy, join, write_part
from training.run.errors import InputError
from training.run.files import read_json, write_json

_SHOWN = 3  # places of a problem that are named


@dataclass(frozen=True)
class Part:
    """Rows that are read, classified and written together; ``sha256`` is that of what was read."""

    number: int
    rows: list[Row]
    sha256: str


class Problems:
    """Rows that got no answer, counted by reason, with the first places of each."""

    def __init__(self, path: str, errors: str) -> None:
        self._path, self._errors = path, errors
        self.counts: Counter[str] = Counter()
        self._places: dict[str, list[str]] = {}

    def note(self, rows: list[Row]) -> None:
        """Count them.

        Raises:
            InputError: there is one, and ``errors`` is "fail".
        """
        for row in rows:
            if not row.problem:
                continue
            if self._errors == "fail":
                raise InputError(
                    f"{self._path}, {row.where}: {row.problem}; correct the row, or leave such "
                    "rows without an answer with --errors skip"
                )
            self.counts[row.problem] += 1
            places = self._places.setdefault(row.problem, [])
            if len(places) < _SHOWN:
                places.append(row.where)

    def sentences(self) -> list[str]:
        """One for each reason."""
        return [
            f"{self._path}: {count:,} row{'s' * (count > 1)} without an answer: {problem} "
            f"({', '.join(self._places[problem])}{', …' * (count > len(self._places[problem]))})"
            for problem, count in self.counts.most_common()
        ]


def parts_of(table: Table) -> Iterator[Part]:
    """The table cut into parts."""
    for number, rows in enumerate(windows_of(table.rows)):
        told = json.dumps([[row.where, row.cells, row.problem] for row in rows], default=repr)
        yield Part(number, rows, hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest())


class Folder:
    """Where finished parts lie until the output is complete: beside it, one for each job.

    Args:
        target: the output.
        told: all that the answers and their form depend on, apart from the rows.
    """

    def __init__(self, target: Path, told: dict[str, Any]) -> None:
        key = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]
        self._target = target
        self.path = target.with_name(f".{target.name}.{key}.parts")
        self.path.mkdir(exist_ok=True)

    def file(self, part: Part) -> Path:
        return self.path / f"{part.number:08d}"

    def has(self, part: Part) -> bool:
        """Whether just these rows were finished."""
        try:
            record = read_json(self._record(part))
        except (OSError, ValueError):
            return False
        return record["rows_sha256"] == part.sha256 and self.file(part).is_file()

    def finish(self, part: Part, write: Callable[[Path], None]) -> None:
        """Write a part; its record comes last and says that it is whole."""
        write(half := self.path / "half")
        half.replace(self.file(part))
        write_json(self._record(part), {"rows_sha256": part.sha256, "rows": len(part.rows)})

    def clear(self) -> None:
        """Take away the parts of this job and those that others left for the same output."""
        for folder in self._target.parent.glob(f".{self._target.name}.*.parts"):
            shutil.rmtree(folder)

    def _record(self, part: Part) -> Path:
        return self.path / f"{part.number:08d}.json"


def classify_table(
    table: Table,
    target: str,
    output: Output,
    model: Model,
    told: dict[str, Any],
    problems: Problems,
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda done, resumed: None,
) -> int:
    """Classify every row of a table and write ``target``, a path or - ; return the rows.

    Args:
        told: what the job is told apart by from others with the same output.
        progress: called with how many rows are done, and how many of them an earlier start had
            done.

    Raises:
        InputError: a row is at fault and ``problems`` does not skip it, or cannot be written.
        CheckError: a worker died; what is finished is kept.
    """
    output.columns_of(table)  # now, before anything is computed
    with tempfile.TemporaryDirectory(prefix="classify-") as scratch:
        place = Path(scratch) / "rows" if target == STANDARD else Path(target)
        folder = Folder(place, told)
        files, done = [], 0
        with Pool(model, workers) as pool:
            for part, answers in _answered(table, folder, problems, pool):
                if answers is not None:
                    folder.finish(part, lambda path, p=part, a=answers: write_part(  # type: ignore[misc]
                        path, output, table, p.rows, a))  # fmt: skip
                files.append(folder.file(part))
                done += len(part.rows)
                progress(len(part.rows), 0 if answers is not None else len(part.rows))
        if target == STANDARD:
            copy(files, sys.stdout.buffer, output, table)
            sys.stdout.buffer.flush()
        else:
            join(files, place, output, table)
        folder.clear()
    return done


def _answered(
    table: Table, folder: Folder, problems: Problems, pool: Pool
) -> Iterator[tuple[Part, list[Answer | None] | None]]:
    """Each part with its answers, or with None where it was finished before."""
    read: list[tuple[Part, bool]] = []  # what the pool is behind with

    def windows() -> Iterator[list[str]]:
        for part in parts_of(table):
            problems.note(part.rows)
            finished = folder.has(part)
            read.append((part, finished))
            yield [] if finished else [row.text for row in part.rows if not row.problem]

    for answers in pool.answers(windows()):
        part, finished = read.pop(0)
        found = iter(answers)
        placed = (None if row.problem else next(found) for row in part.rows)
        yield part, None if finished else list(placed)

"""What a worker of a cluster does with a part of a table: rows → a file with their answers."""

import pickle
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import onnxruntime as ort

from export.quality.answer import Answer
from export.rows.places import store
from export.rows.row import Row
from export.rows.scorer import WINDOW, Model, Scorer
from export.rows.tables import Table, open_table
from export.rows.writers import Output, copy, write_part
from training.run.errors import CheckError

_MOST = 16 * WINDOW  # rows of a part: a minute's work, so that no more is lost with a worker
_PARTS = 64  # of a smaller file: so that every worker has its share
Found = dict[str, Any]


def parts_of_file(number: int, file: str, column: str | None) -> Iterator[Found]:
    """A file cut into parts: ``name`` of each, and ``rows`` pickled with what their table is.

    Whoever reads the same file again cuts it alike: a part that is made twice is the same.

    Args:
        number: the file's place among all, which names its parts.

    Raises:
        InputError: the file cannot be read, or has no such column.
    """
    table = open_table(file, column)
    size = 4 * WINDOW if table.about is None else table.about // _PARTS
    size = max(WINDOW, min(_MOST, size))
    facts = (table.columns, table.schema)
    for place, rows in enumerate(iter(lambda: list(islice(table.rows, size)), [])):
        name = f"{number:05d}-{place:06d}"
        yield {"name": name, "file": file, "rows": pickle.dumps((rows, *facts))}


class PartWriter:
    """Opened once in each worker; a part → a file in the job's folder.

    Args:
        folder: a path that all workers see, or a URI.
        onnxruntime: the version of whoever started the job.
    """

    def __init__(self, model: Model, output: Output, folder: str, onnxruntime: str) -> None:
        self._wanted = onnxruntime
        self._score = Scorer(model)
        self._output, self._folder = output, folder

    def __call__(self, part: Found) -> Found:
        """Write the file; ``rows`` says how many it has, ``problems`` which got no answer.

        Raises:
            InputError: a row cannot be written.
            CheckError: another version of onnxruntime is installed here.
        """
        # Not when it is opened: Ray would open it again and again.
        if ort.__version__ != self._wanted:
            raise CheckError(
                f"a worker has onnxruntime {ort.__version__}, this machine {self._wanted}: their "
                "answers may differ; install the same version on all"
            )
        rows, columns, schema = pickle.loads(part["rows"])
        table = Table(columns, iter(()), schema)
        with tempfile.TemporaryDirectory(prefix="part-") as scratch:
            made, whole = Path(scratch) / "part", Path(scratch) / "whole"
            write_part(made, self._output, table, rows, self._answers(rows))
            if self._output.kind == "parquet":
                whole = made
            else:
                with whole.open("wb") as file:
                    copy([made], file, self._output, table)
            store(whole, self._folder, f"{part['name']}.{self._output.kind}")
        bad = [(row.problem, row.where) for row in rows if row.problem]
        return {"name": part["name"], "file": part["file"], "rows": len(rows), "problems": bad}

    def _answers(self, rows: list[Row]) -> Iterator[Answer | None]:
        for start in range(0, len(rows), WINDOW):
            some = rows[start : start + WINDOW]
            found = iter(self._score([row.text for row in some if not row.problem]))
            yield from (None if row.problem else next(found) for row in some)

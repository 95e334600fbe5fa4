"""A table in, a table out: what scripts/classify.py does with two files."""

import hashlib
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import onnxruntime as ort
from tqdm import tqdm

from export.rows.job import Problems, classify_table
from export.rows.places import files_in, is_remote
from export.rows.row import Row
from export.rows.score import WINDOW, load_model
from export.rows.scorer import Model
from export.rows.tables import FORMATS, STANDARD, format_of, kind_of, open_table
from export.rows.writers import Output
from training.run.cli import require_counts, require_folder_of
from training.run.errors import InputError


@dataclass(frozen=True)
class Request:
    """What is asked for; names as in the script's help."""

    source: str
    target: str
    run: str
    data: Path | None = None
    column: str | None = None
    format: str | None = None
    top: int = 1
    errors: str = "skip"
    escape_formulae: bool = False
    workers: int | None = None
    ray: str | None = None


def is_table(name: str) -> bool:
    """Whether an argument names a table, and is no sentence."""
    return name == STANDARD or kind_of(name) is not None


def classify_file(request: Request) -> int:
    """Classify a table into another and return how many rows it has.

    Raises:
        InputError: a table cannot be read or written, or a row is at fault.
        CheckError: a worker died; the same call goes on.
    """
    if request.ray is not None:
        return _classify_on_cluster(request, request.ray)
    output = Output(_require_target(request), request.top, request.escape_formulae)
    table = open_table(request.source, request.column, request.format)
    output.columns_of(table)  # now, before anything is computed
    model = load_model(request.run, request.data)
    problems = Problems(request.source, request.errors)
    with _bar(table.about) as bar:

        def progress(rows: int, resumed: int) -> None:
            bar.initial += resumed  # so that the rate is that of what was computed now
            bar.update(rows)

        told = _told(request, output, model)
        done = classify_table(
            table, request.target, output, model, told, problems, request.workers, progress
        )
    return _counted(done, problems)


def _classify_on_cluster(request: Request, address: str) -> int:
    from export.rows.cluster import Work, classify_on_cluster

    require_counts(top=request.top, workers=1 if request.workers is None else request.workers)
    if not is_remote(request.target):
        require_folder_of(Path(request.target), "folder of answers")
    files = [file for file in files_in(request.source) if kind_of(file) is not None]
    if not files:
        raise InputError(f"{request.source}: no table in it ({', '.join(FORMATS)}); see its names")
    kind = request.format or ("jsonl" if kind_of(files[0]) == "jsonl" else "parquet")
    output = Output(format_of(request.target, kind), request.top, request.escape_formulae)
    output.columns_of(open_table(files[0], request.column))  # now, as above
    model = load_model(request.run, request.data)
    problems = Problems(request.source, request.errors)
    with _bar(None) as bar:

        def done(found: dict[str, Any]) -> None:
            bar.update(found["rows"])
            file = f"{Path(found['file']).name}, " if len(files) > 1 else ""
            for problem, where in found["problems"]:
                problems.note([Row(f"{file}{where}", {}, problem=problem)])

        work = Work(files, request.target, request.column, output, request.workers)
        classify_on_cluster(work, model, address, done)
        rows = bar.n
    return _counted(rows, problems)


def _bar(about: int | None) -> Any:
    return tqdm(total=about, unit="row", desc="classify", file=sys.stderr)


def _counted(rows: int, problems: Problems) -> int:
    for sentence in problems.sentences():
        print(sentence, file=sys.stderr)
    return rows


def _require_target(request: Request) -> str:
    """The kind of the output, once it is clear that it can be written."""
    source, target = request.source, request.target
    require_counts(top=request.top, workers=1 if request.workers is None else request.workers)
    if target == STANDARD:
        kind = format_of(source, request.format)
        if kind == "parquet":
            raise InputError("Parquet cannot be written to standard output; name a file")
        return kind
    require_folder_of(Path(target), "table of answers")
    if source != STANDARD and Path(source).absolute() == Path(target).absolute():
        raise InputError(f"{target}: is the input; name another file for the answers")
    return format_of(target)


def _told(request: Request, output: Output, model: Model) -> dict[str, object]:
    return {
        "model": hashlib.sha256(model.shipped).hexdigest(),
        "calibration": model.calibration,
        "column": request.column,
        "output": asdict(output),
        "rows": WINDOW,
        "onnxruntime": ort.__version__,
    }

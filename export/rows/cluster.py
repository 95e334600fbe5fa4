"""Files of rows → a folder of files with answers, by the workers of a Ray cluster.

Ray Data hands the parts of the files out, keeps readers from running ahead of those who classify,
and gives the parts of a worker that died to another. Rows are read, answered and written by the
same functions as on one machine. Only this module knows Ray, and it is imported when it is asked
for.
"""

import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnxruntime as ort
import pyarrow as pa

from export.rows.part import PartWriter, parts_of_file
from export.rows.places import is_remote, place_of
from export.rows.scorer import Model
from export.rows.writers import Output
from training.run.errors import CheckError, InputError, one_line
from training.run.files import ROOT

# Before Ray reads them: it tells nothing to anybody, and its core keeps its advice to itself.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
try:
    import ray
    from ray.data import DataContext
except ImportError as error:
    raise InputError(
        "--ray needs Ray, which is not installed; run: pip install 'pocket-classifier[ray]'"
    ) from error

LOCAL = "auto"
COMPLETE = "_SUCCESS"  # in a folder under a URI, once all parts are there
_OBJECTS = 512 * 2**20  # bytes of parts under way on this machine
_PACKAGES = ("export", "training")  # what workers need of this project, artifacts left out
_INDEX, _FILE = "index", "file"
_KINDS = {kind.__name__: kind for kind in (InputError, CheckError)}


@dataclass(frozen=True)
class Work:
    """What the workers of a cluster are to do.

    Attributes:
        files: all to be read, visible to every worker under these names.
        target: the folder to be made.
        workers: how many; by default as many as the cluster has processors.
    """

    files: list[str]
    target: str
    column: str | None
    output: Output
    workers: int | None = None


def _read(batch: pa.Table, column: str | None) -> Iterator[pa.Table]:
    for item in batch.to_pylist():
        for part in parts_of_file(item[_INDEX], item[_FILE], column):
            yield pa.Table.from_pylist([part])


class _Write:
    """In an actor of its own: parts → what became of them. The model comes with the job."""

    def __init__(self, model: ray.ObjectRef, *others: Any) -> None:
        self._writer = PartWriter(ray.get(model), *others)

    def __call__(self, batch: pa.Table) -> pa.Table:
        return pa.table({"done": [json.dumps(self._done(part)) for part in batch.to_pylist()]})

    def _done(self, part: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._writer(part)
        except (InputError, CheckError) as error:  # told, for Ray keeps no more than a traceback
            return {"failed": type(error).__name__, "said": str(error)}


def classify_on_cluster(
    work: Work, model: Model, address: str, done: Callable[[dict[str, Any]], None]
) -> None:
    """Classify all files on the cluster at ``address``, or on one started here (``auto``).

    A folder on a disk appears when it is complete; one under a URI, where nothing can be renamed,
    gets a file ``_SUCCESS`` then.

    Args:
        done: told of each part that is written: file, rows, problems with their places.

    Raises:
        InputError: the cluster cannot be reached, a file cannot be read, a row cannot be written,
            or ``done`` raised it.
        CheckError: the cluster gave up, or a part was told of twice.
    """
    with _connected(address, work.workers), _stage(work.target) as folder:
        names: set[str] = set()
        sent = ray.put(model)  # held here for as long as actors may have to start again
        try:
            for row in _answered(work, sent, folder):
                found = json.loads(row["done"])
                if "failed" in found:
                    raise _KINDS[found["failed"]](found["said"])
                if found["name"] in names:
                    raise CheckError(f"part {found['name']} came twice; report this")
                names.add(found["name"])
                done(found)
        except ray.exceptions.RayError as error:
            raise _said(error) from error


def _answered(work: Work, model: ray.ObjectRef, folder: str) -> Iterator[dict[str, Any]]:
    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.target_max_block_size = 1  # a part each: what is one block has one worker
    workers = work.workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
    items = [{_INDEX: number, _FILE: file} for number, file in enumerate(work.files)]
    others = (work.output, folder, ort.__version__)
    parts = ray.data.from_items(items, override_num_blocks=len(items)).map_batches(
        _read, fn_args=(work.column,), batch_size=1, batch_format="pyarrow", num_cpus=0
    )
    answered = parts.map_batches(
        _Write,
        fn_constructor_args=(model, *others),
        batch_size=1,
        batch_format="pyarrow",
        num_cpus=1,
        concurrency=(1, workers, workers),
    )
    return answered.iter_rows()


@contextmanager
def _connected(address: str, workers: int | None) -> Iterator[None]:
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="code-") as place:
        if address == LOCAL:
            options |= {"address": "local", "include_dashboard": False, "num_cpus": workers}
            options["object_store_memory"] = _OBJECTS
        else:
            options |= {"address": address, "runtime_env": {"py_modules": _code(Path(place))}}
        try:
            ray.init(**options)
        except (ConnectionError, ValueError, RuntimeError, ray.exceptions.RayError) as error:
            raise InputError(f"--ray {address}: {one_line(error, 200)}") from error
    try:
        yield
    finally:
        ray.shutdown()


def _code(place: Path) -> list[str]:
    """This project's modules without anything else, for workers that do not have them."""

    def others(folder: str, names: list[str]) -> set[str]:
        left = {"artifacts", "node_modules", "__pycache__"}
        files = {n for n in names if not n.endswith(".py") and (Path(folder) / n).is_file()}
        return files | left

    return [str(shutil.copytree(ROOT / p, place / p, ignore=others)) for p in _PACKAGES]


@contextmanager
def _stage(target: str) -> Iterator[str]:
    """Where parts go; ``target`` is complete when the block has ended well."""
    system, path = place_of(target)
    if system.get_file_info(path).type.value:
        raise InputError(f"{target}: is there already; name another folder for the answers")
    if is_remote(target):
        system.create_dir(path)
        yield target
        system.open_output_stream(f"{path}/{COMPLETE}").close()
        return
    half = Path(path).with_name(f".{Path(path).name}.parts")
    shutil.rmtree(half, ignore_errors=True)  # of a job that was killed
    half.mkdir()
    try:
        yield str(half)
        half.replace(path)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _said(error: BaseException) -> Exception:
    """What one of ours said in a worker, or else what Ray says."""
    cause: BaseException | None = error
    while cause is not None:
        inner = getattr(cause, "cause", None)
        for found in (inner, cause):
            if isinstance(found, tuple(_KINDS.values())):
                kind = next(kind for kind in _KINDS.values() if isinstance(found, kind))
                return kind(one_line(found))
        cause = cause.__cause__ or inner
    return CheckError(f"the cluster gave up: {one_line(error, 300)}")

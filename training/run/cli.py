"""What the scripts share: flags and the way bad input ends a program."""

import argparse
import functools
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from training.run.artifact import BROWSER_RUN, Artifact, find_artifact, study_record
from training.run.config import DATA_DIR_VARIABLE
from training.run.errors import CheckError, InputError

Main = Callable[[Sequence[str] | None], int]

EXIT_BREACH = 1
EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130


def reports_errors(main: Main) -> Main:
    """Wrap a script's ``main(argv)``: bad input is one line on stderr and exit code 2, a failed
    check of our own output one line and exit code 1.
    """

    @functools.wraps(main)
    def wrapped(argv: Sequence[str] | None = None) -> int:
        try:
            return main(argv)
        except InputError as error:
            _say(f"error: {error}")
            return EXIT_BAD_INPUT
        except CheckError as error:
            _say(f"failed: {error}")
            return EXIT_BREACH
        except KeyboardInterrupt:
            _say("interrupted")
            return EXIT_INTERRUPTED

    return wrapped


def _say(line: str) -> None:
    # At once, end of line and all: the processes of torchrun speak at the same time.
    sys.stderr.write(f"{line}\n")


def make_parser(description: str | None) -> argparse.ArgumentParser:
    """A parser whose help is the script's docstring, laid out as written."""
    return argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def make_run_parser(description: str | None, *, several: bool = False) -> argparse.ArgumentParser:
    """A parser for a script that works on a run, or on several: --run RUN and --data DIR."""
    parser = make_parser(description)
    parser.add_argument(
        "--run",
        nargs="+" if several else None,
        default=[BROWSER_RUN] if several else BROWSER_RUN,
        help=f"name of a run in training/artifacts, or its folder (default: {BROWSER_RUN})",
    )
    add_data_argument(parser)
    return parser


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """--data DIR."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder with train, validation and test as .csv, .jsonl or .parquet "
        f"(default: ${DATA_DIR_VARIABLE}, then the hub data set, then the embedded sample)",
    )


def add_counts(parser: argparse.ArgumentParser, **counts: tuple[str, int]) -> None:
    """Flags that say how many, each with what of and how many there usually are."""
    for name, (what, usual) in counts.items():
        parser.add_argument(
            f"--{name}", type=int, default=usual, help=f"{what} (default: %(default)s)"
        )


def add_places(parser: argparse.ArgumentParser, **places: Path) -> None:
    """Flags that say where a study's results go, each with the committed place."""
    for name, usual in places.items():
        parser.add_argument(
            f"--{name}", type=Path, help=f"{name} (default: {usual}, or the run's folder)"
        )


def require_counts(**counts: int) -> None:
    """Make sure that what flags say how many of are at least one, by the names of the flags.

    Raises:
        InputError: one is not.
    """
    for name, value in counts.items():
        if value < 1:
            raise InputError(f"--{name} {value}: give at least 1")


def require_folder_of(path: Path, what: str) -> None:
    """Make sure, before anything is measured, that ``what`` can be written to ``path``.

    Raises:
        InputError: its folder is not there.
    """
    if not path.parent.is_dir():
        raise InputError(f"{path.parent}: no such directory; the {what} goes there")


def find_study(args: argparse.Namespace, committed: Path) -> tuple[Artifact, Path]:
    """The run of --run, and where the study's record goes: --record, else ``study_record``.

    Raises:
        InputError: there is no such run, or no folder for the record.
    """
    artifact = find_artifact(args.run)
    path = args.record or study_record(committed, artifact)
    require_folder_of(path, "record")
    return artifact, path

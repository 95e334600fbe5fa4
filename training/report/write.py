"""Records in, a folder out: report.md, report.html, report.json and the plots."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from tqdm import tqdm

from training.report import words
from training.report.compute import compute
from training.report.load import load_runs
from training.report.plots import plots_of
from training.report.style import plot_style, settle, to_png, to_svg
from training.run.artifact import ARTIFACTS_DIR, REPORT_DIR
from training.run.errors import InputError
from training.run.files import replaced_folder, write_json

PLOTS = "plots"
_TEMPLATES = Path(__file__).parent / "templates"
_MARKS = str.maketrans({"|": r"\|", "*": r"\*", "`": r"\`", "<": "&lt;"})


@dataclass(frozen=True)
class Picture:
    """A plot as drawn: where its files lie, and the SVG for the page."""

    name: str
    title: str
    description: str
    svg: str
    png: str  # relative to the report


def write_report(
    names: Sequence[str | Path] = (),
    out: Path = REPORT_DIR,
    artifacts_dir: Path = ARTIFACTS_DIR,
) -> dict[str, Any]:
    """Compare runs by their metrics records alone; write the folder ``out``.

    The folder appears complete or not at all; an older report there is replaced. The same records
    give the same bytes.

    Args:
        names: runs in ``artifacts_dir``, or folders; empty: the default runs and all others there.
        out: an empty or new folder, or one with a report.
        artifacts_dir: where runs are looked up.

    Returns:
        The report as in ``report.json``.

    Raises:
        InputError: no usable record, records that do not compare, or ``out`` is somebody's folder.
    """
    _require_replaceable(out)
    report = compute(*load_runs(names, artifacts_dir))
    place = out.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    with replaced_folder(place) as stage:
        (stage / PLOTS).mkdir()
        pictures = _draw(report, stage)
        for name in ("report.md", "report.html"):
            (stage / name).write_text(_render(name, report, pictures), encoding="utf-8")
        write_json(stage / "report.json", report)
    return report


def _require_replaceable(out: Path) -> None:
    if not out.exists() or (out / "report.json").is_file():
        return
    if not out.is_dir() or any(out.iterdir()):
        raise InputError(f"{out}: exists and is no report; give an empty or new folder")


def _draw(report: dict[str, Any], stage: Path) -> dict[str, Picture]:
    pictures = {}
    with plot_style():
        for plot in tqdm(plots_of(report), desc="plots", unit="plot", delay=2):
            figure = plot.draw()
            settle(figure)
            png = f"{PLOTS}/{plot.name}.png"
            svg = to_svg(figure, plot.name, f"{plot.title}. {plot.description}")
            (stage / png).write_bytes(to_png(figure))
            (stage / PLOTS / f"{plot.name}.svg").write_text(svg, encoding="utf-8")
            pictures[plot.name] = Picture(plot.name, plot.title, plot.description, svg, png)
    return pictures


def _render(name: str, report: dict[str, Any], pictures: dict[str, Picture]) -> str:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    writers = (words.fixed, words.signed, words.bounds, words.percent, words.p_value, words.listed)
    environment.filters |= {writer.__name__: writer for writer in writers}
    shown = _for_markdown(report) if name.endswith(".md") else report
    return environment.get_template(f"{name}.j2").render(**shown, pictures=pictures)


def _for_markdown(value: Any) -> Any:
    """A record whose texts, keys too, mean nothing to Markdown and stay in their table cell."""
    if isinstance(value, dict):
        return {_for_markdown(key): _for_markdown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_for_markdown(item) for item in value]
    return " ".join(value.translate(_MARKS).split()) if isinstance(value, str) else value

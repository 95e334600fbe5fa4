"""The comparison report: what it says follows from the records, and from nothing else."""

import json
import re
import runpy
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.training.report.made_up import MODELS, make_record, renamed, write_run
from training.report.load import DEFAULT_RUNS, load_runs
from training.report.table import PUBLISHED
from training.report.write import write_report
from training.run.errors import InputError
from training.run.files import ROOT

RECORDS = {model.run: make_record(model) for model in MODELS}
ENCODERS = [model.run for model in MODELS if model.base != "none"]


def record_of(run: str, **changes: Any) -> dict[str, Any]:
    """A copy of a record with other values, to be written under any name."""
    return json.loads(json.dumps(RECORDS[run])) | changes


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders with nothing in them but a metrics record."""
    folder = tmp_path_factory.mktemp("artifacts")
    for record in RECORDS.values():
        write_run(folder, record)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of few classes, quick to draw."""
    folder = tmp_path_factory.mktemp("small")
    for model in MODELS[1:3]:
        write_run(folder, make_record(model, 200, ["a", "b", "c", "d"]))
    return folder


@pytest.fixture(scope="module")
def out(artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "report"
    write_report((), folder, artifacts)
    return folder


class Page(HTMLParser):
    """Collects table rows; checks that what is opened is closed."""

    VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for key, value in attrs if key == "id" and value]
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for key, value in attrs if key == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def page(out: Path) -> Page:
    return Page((out / "report.html").read_text(encoding="utf-8"))


def expected_cells(record: dict[str, Any]) -> list[str]:
    """The figures of a record as the table has to show them."""
    scores = [f"{record[key]:.4f}" for key in ("macro_f1", "accuracy", "macro_f1")]
    low, high = record["macro_f1_ci95"]
    scores.append(f"{low:.3f}–{high:.3f}")
    more = ("micro_f1", "weighted_f1", "top3_accuracy", "top5_accuracy")
    scores += [f"{record[key]:.4f}" for key in more] + [f"{record['ece']:.3f}"]
    cost = record.get("cost")
    costs = ["–"] * 5
    if cost:
        costs = [f"{cost[key] / 1e6:.1f}" for key in ("fp32_bytes", "int8_bytes")]
        costs += [f"{latency['p50']:.1f}" for latency in cost["latency_ms"].values()]
    return [
        *scores,
        f"{record['parameters'] / 1e6:.1f}",
        *costs,
        f"{record['train_seconds'] / 60:.1f}",
        f"{record['peak_memory_bytes'] / 1e9:.1f}",
    ]


def test_every_number_of_the_table_is_that_of_the_record(out: Path, page: Page) -> None:
    lines = (out / "report.md").read_text(encoding="utf-8").splitlines()
    table = lines[lines.index("## Results") :]
    for run, record in RECORDS.items():
        wanted = expected_cells(record)
        (shown,) = (r[2:] for r in page.rows if len(r) == 19 and r[0] in (run, f"{run} baseline"))
        assert shown == wanted
        line = next(
            text for text in table if re.match(rf"\| {run}( \*\(baseline\)\*)? \| (?!dist)", text)
        )
        assert [cell.strip() for cell in line.split("|")][3:-1] == wanted


def test_a_gpu_is_named_and_memory_that_nobody_measured_is_a_dash(tmp_path: Path) -> None:
    gone = {"peak_memory_bytes": None}
    for run, training in (
        ("minilm_v1", {"device": "Some GPU"}),
        ("tinybert_v1", {"device": "cpu"}),
        ("distilbert_v1", {}),
    ):
        folder = write_run(tmp_path, record_of(run, **gone))
        (folder / "training.json").write_text(json.dumps(training))
    report = write_report(["minilm_v1", "tinybert_v1", "distilbert_v1"], tmp_path / "o", tmp_path)
    gpus = {row["run"]: row["gpu"] for row in report["runs"]}
    assert gpus == {"minilm_v1": "Some GPU", "tinybert_v1": None, "distilbert_v1": None}
    rows = Page((tmp_path / "o" / "report.html").read_text(encoding="utf-8")).rows
    shown = {row[0]: row[-2:] for row in rows if len(row) == 19}
    assert shown["minilm_v1"] == ["8.3 on Some GPU", "–"]
    assert shown["tinybert_v1"] == shown["distilbert_v1"] == ["8.3", "–"]
    assert "| 8.3 on Some GPU | – |" in (tmp_path / "o" / "report.md").read_text(encoding="utf-8")
    (tmp_path / "minilm_v1" / "training.json").write_text("{")
    with pytest.raises(InputError, match=r"training\.json: cannot be read as JSON"):
        load_runs(["minilm_v1"], tmp_path)


def test_published_rows_stand_beside_ours_and_are_marked(page: Page) -> None:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))["runs"]
    for run in published:
        (row,) = (r for r in page.rows if r[0] == f"{run['run']} published")
        assert row[1] == run["model"]
        assert row[2:5] == ["–", f"{run['accuracy']:.4f}", f"{run['macro_f1']:.4f}"]
        assert row[9:] == ["–"] * 10
    table = [row for row in page.rows if len(row) == 19 and row[0] != "run"]
    scores = [float(row[2]) for row in table[:-3]]
    assert scores == sorted(scores, reverse=True) and len(scores) == len(RECORDS)
    assert all(row[0].endswith(" published") for row in table[-3:]), "shown, not ranked"


def test_a_derived_base_is_marked_and_never_goes_by_the_other_name(out: Path, page: Page) -> None:
    (row,) = (r for r in page.rows if len(r) == 19 and r[0] == "distilbert_v1")
    assert row[1].endswith("in the shape of distilbert-base-uncased derived")
    assert "distilbert-base-uncased *(derived)*" in (out / "report.md").read_text(encoding="utf-8")


def test_the_page_needs_nothing_from_elsewhere(out: Path, page: Page) -> None:
    text = (out / "report.html").read_text(encoding="utf-8")
    without_pictures = re.sub(r"data:image/png;base64,[\w+/=\s]+", "", text)
    addresses = set(re.findall(r"(?:https?:)?//[^\s\"'<>)]+", without_pictures))
    assert {a for a in addresses if not a.startswith("http://www.w3.org/")} == set()
    assert "<script" not in text and "@import" not in text and "<link" not in text
    assert page.open == []
    assert len(page.ids) == len(set(page.ids)), "each id once"
    links = set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text))
    assert links <= set(page.ids)


def test_every_plot_is_there_as_png_and_svg(out: Path) -> None:
    names = {path.stem for path in (out / "plots").iterdir()}
    assert {"per_class_f1", "reliability", "quality_against_cost"} < names
    assert sum(name.startswith("confusion_") for name in names) == len(RECORDS)
    markdown = (out / "report.md").read_text(encoding="utf-8")
    for name in names:
        assert (out / "plots" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        svg = ElementTree.parse(out / "plots" / f"{name}.svg").getroot()
        assert svg.attrib["aria-label"]
        assert f"](plots/{name}.png)" in markdown


def test_the_same_records_give_the_same_bytes(small: Path, tmp_path: Path) -> None:
    folders = [tmp_path / "here", tmp_path / "there"]
    for folder in folders:
        write_report((), folder, small)
    files, again = (
        {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        for folder in folders
    )
    assert files.keys() == again.keys() and len(files) == 3 + 2 * 5
    assert [name for name in files if files[name] != again[name]] == []


def test_runs_that_are_not_there_are_named_with_what_makes_them(tmp_path: Path) -> None:
    artifacts = tmp_path / "artifacts"
    write_run(artifacts, RECORDS["minilm_v1"])
    write_run(artifacts, RECORDS["tinybert_v1"], "another_v1")
    (artifacts / "minilm_l12_v1").mkdir()
    (artifacts / "minilm_l12_v1" / "training.json").write_text("{}")
    report = write_report((), tmp_path / "out", artifacts)
    assert [row["run"] for row in report["runs"]] == ["minilm_v1", "another_v1"]
    commands = {row["run"]: row["commands"] for row in report["missing"]}
    assert set(commands) == set(DEFAULT_RUNS) - {"minilm_v1"}
    train = "python scripts/train.py distilbert"
    assert commands["distilbert_v1"] == [train, "python scripts/evaluate.py --run distilbert_v1"]
    assert commands["minilm_l12_v1"] == ["python scripts/evaluate.py --run minilm_l12_v1"]
    assert commands["majority_v1"] == ["python scripts/train_baselines.py"]
    for name in ("report.md", "report.html"):
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert "Not there" in text and train in text
    assert f"Nothing is said of {DEFAULT_RUNS[0]}" in " ".join(
        report["conclusion"]["sentences"][-1]["lines"]
    )


def test_no_run_at_all_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none of the runs has a test_metrics\.json"):
        write_report(["absent"], tmp_path / "out", tmp_path)
    assert list(tmp_path.iterdir()) == []


BAD_RECORDS: dict[str, tuple[Any, str]] = {
    "not JSON": ("{", "cannot be read as JSON"),
    "no record": ([], "expected a record"),
    "a key is missing": (
        {k: v for k, v in RECORDS["minilm_v1"].items() if k != "predictions"},
        "the key 'predictions' is missing",
    ),
    "a key inside is missing": (record_of("minilm_v1", data={"id": "x"}), "'data.fingerprint'"),
    "no number": (record_of("minilm_v1", accuracy="high"), "'accuracy': input should be"),
    "not finite": (record_of("minilm_v1", ece=float("nan")), "'ece'"),
}


@pytest.mark.parametrize("case", BAD_RECORDS)
def test_a_bad_record_is_named_with_what_is_wrong(case: str, tmp_path: Path) -> None:
    record, words = BAD_RECORDS[case]
    folder = write_run(tmp_path, RECORDS["minilm_v1"])
    path = folder / "test_metrics.json"
    path.write_text(record if isinstance(record, str) else json.dumps(record))
    with pytest.raises(InputError) as caught:
        load_runs(["minilm_v1"], tmp_path)
    assert words in str(caught.value) and str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"data": {"id": "made up", "fingerprint": "0" * 64}}, "different data"),
        ({"label_names": [f"x{i}" for i in range(32)]}, "different labels"),
    ],
    ids=["fingerprint", "labels"],
)
def test_runs_on_different_texts_are_not_compared(
    changes: dict[str, Any], what: str, tmp_path: Path
) -> None:
    write_run(tmp_path, RECORDS["minilm_v1"])
    write_run(tmp_path, record_of("tinybert_v1", **changes))
    with pytest.raises(InputError, match=what) as caught:
        load_runs(["minilm_v1", "tinybert_v1"], tmp_path)
    assert "minilm_v1 and tinybert_v1" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"weights_sha256": "c" * 64}, "weights_sha256"),
        ({"data": {"id": "made up", "fingerprint": "0" * 64}}, "data"),
    ],
    ids=["weights", "data"],
)
def test_a_validation_record_of_something_else_is_refused(
    changes: dict[str, Any], what: str, tmp_path: Path
) -> None:
    write_run(tmp_path, RECORDS["minilm_v1"], validation=record_of("minilm_v1", **changes))
    with pytest.raises(
        InputError, match=rf"validation_metrics\.json and .* differ in their {what}"
    ):
        load_runs(["minilm_v1"], tmp_path)


def test_runs_on_different_validation_texts_are_not_compared(tmp_path: Path) -> None:
    write_run(tmp_path, RECORDS["minilm_v1"])
    turned = record_of("tinybert_v1", labels=RECORDS["tinybert_v1"]["labels"][::-1])
    write_run(tmp_path, RECORDS["tinybert_v1"], validation=turned)
    with pytest.raises(InputError, match="different validation texts"):
        load_runs(["minilm_v1", "tinybert_v1"], tmp_path)


def test_a_run_may_be_a_folder_and_two_of_one_name_are_refused(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    write_run(here, RECORDS["minilm_v1"])
    folder = write_run(there, RECORDS["minilm_v1"])
    runs, missing = load_runs([folder], here)
    assert [run.path.parent for run in runs] == [folder] and missing == ()
    with pytest.raises(InputError, match="two runs of one name"):
        load_runs(["minilm_v1", folder], here)
    assert len(load_runs(["minilm_v1", here / "minilm_v1"], here)[0]) == 1


def test_only_an_older_report_is_replaced(small: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "letter.txt").write_text("dear")
    with pytest.raises(InputError, match="is no report"):
        write_report(["minilm_v1"], theirs, small)
    assert (theirs / "letter.txt").read_text() == "dear"
    ours = tmp_path / "ours"
    write_report(["minilm_v1", "tinybert_v1"], ours, small)
    write_report(["tinybert_v1"], ours, small)
    assert len(list((ours / "plots").glob("confusion_*.png"))) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ours", "theirs"]


def test_a_report_that_fails_leaves_the_older_one(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write_report(["minilm_v1"], out, small)
    before = (out / "report.md").read_bytes()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("training.report.write.write_json", fail)
    with pytest.raises(OSError, match="disk full"):
        write_report(["tinybert_v1"], out, small)
    assert (out / "report.md").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_labels_with_special_characters_stay_in_their_place(tmp_path: Path) -> None:
    names = ["a|b", "<b>bold</b>", "$x$ & y", 'say "-->"']
    write_run(tmp_path, make_record(renamed(MODELS[1], "odd_v1"), 200, names))
    write_run(tmp_path, make_record(renamed(MODELS[2], "other_v1"), 200, names))
    report = write_report(["odd_v1", "other_v1"], tmp_path / "out", tmp_path)
    assert report["published"] == [], "published figures speak of other labels"
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<b>" not in html and any(row[0] == "<b>bold</b>" for row in Page(html).rows)
    markdown = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert r"| a\|b |" in markdown and "| &lt;b>bold&lt;/b> |" in markdown


def test_baselines_alone_and_a_single_run_make_a_report(tmp_path: Path) -> None:
    write_run(tmp_path, RECORDS["tfidf_lr_v1"])
    report = write_report(["tfidf_lr_v1"], tmp_path / "out", tmp_path)
    assert report["pairs"] == [] and report["confusions"] == []
    choices = report["conclusion"]
    assert (choices["best"], choices["service"], choices["browser"]) == ("tfidf_lr_v1", None, None)


def test_the_script_writes_where_it_is_told(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = runpy.run_path(str(ROOT / "scripts" / "compare_models.py"))["main"]
    folders = [str(small / run) for run in ("minilm_v1", "tinybert_v1")]
    assert main(["--run", *folders, "absent_v1", "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    assert "not there: absent_v1" in printed and "For browsers: Take " in printed
    assert (tmp_path / "out" / "report.html").is_file()
    assert main(["--run", "absent_v1", "--out", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.startswith("error: none of the runs")

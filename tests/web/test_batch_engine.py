"""Tables through the built site's own modules in real browsers, under the page's policy."""

import base64
import csv
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sklearn.metrics import accuracy_score, f1_score

from export.browser.server import serve
from tests.web.visiting import RECORD_VIOLATIONS

csv.field_size_limit(2**31 - 1)  # a cell of a megabyte is meant
# Modules and a classifier of its own, as a tool of the page has them; the page itself goes on.
OPEN = """async () => {
  const at = (path) => import(new URL(path, document.baseURI).href);
  const { loadClassifier } = await at("classifier/plain.js");
  const batch = await at("app/batch/batch.js");
  const classifier = await loadClassifier("model/bundle.json", { cache: false });
  Object.assign(globalThis, { classifier, batch, told: [] });
  globalThis.fileOf = ({ name, base64 }) =>
    new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name);
  globalThis.said = (promise) =>
    promise.then((value) => ({ value }), ({ message }) => ({ message }));
  globalThis.begin = async (file, choice) => {
    globalThis.source = await batch.openSource(fileOf(file), classifier.labels);
    globalThis.job = await batch.startBatch(source, { ...source, ...choice }, classifier);
    globalThis.running = said(job.run((progress) => told.push({ ...progress })));
  };
}"""
RUN = """async ([file, choice]) => {
  await begin(file, choice);
  const { message } = await running;
  if (message) throw new Error(message);
  return { source, columns: job.source.columns, progress: job.progress, told };
}"""
START = "([file, choice]) => begin(file, choice)"
DOWNLOAD = """async ([format, escapeFormulae]) => {
  return (await job.download(format, { escapeFormulae })).text();
}"""
ROWS = """async ([query, from, to]) => [await job.count(query), await job.rows(query, from, to)]"""
WAIT = """async (rows) => {
  while (job.progress.done < rows && job.progress.state !== "finished") {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return job.progress.done;
}"""
# A file of 43 MB, given up while it is read, and read again from its beginning.
GIVE_UP = """async (rows) => {
  const row = `1,${"a long day ".repeat(39)}\\n`;
  globalThis.fileOf = () => new File(["id,what\\n", row.repeat(rows)], "long.csv");
  await begin({}, {});
  const soon = () => new Promise((resolve) => setTimeout(resolve, 10));
  while (!told.some(({ read }) => read > 0)) await soon();
  await job.cancel();
  const cancelled = { ...job.progress, ended: await running, count: await job.count({}) };
  globalThis.running = said(job.run(() => {}));
  while (job.progress.state !== "running") await soon();
  await job.cancel();
  return [cancelled, job.progress];
}"""
TEXTS = (
    "I was so proud of my son when he won.",
    "My dog died last night.",
    "The exam is tomorrow and I have not slept.",
    "We packed our bags a week early.",
)
TRUTHS = ("proud", "sad", "anxious", "anticipating")


def file(name: str, content: bytes | str) -> dict[str, str]:
    data = content.encode() if isinstance(content, str) else content
    return {"name": name, "base64": base64.b64encode(data).decode()}


def csv_of(rows: list[list[Any]], **options: Any) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, **options).writerows(rows)
    return text.getvalue()


def numbered(rows: int, seed: int = 0) -> str:
    """A table whose texts all differ, with labels of which some are wrong and some unknown."""
    draw = random.Random(seed)
    made = [["id", "what", "label"]]
    for number in range(rows):
        kind = draw.randrange(4)
        truth = draw.choice([TRUTHS[kind]] * 20 + ["surprised", "nobody's label"])
        made.append([number, f"{TEXTS[kind]} It was day {number}.", truth])
    return csv_of(made)


def parsed(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def address(built_site: Path) -> Iterator[str]:
    with serve(built_site) as served:
        yield served.address


def open_in(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.add_init_script(RECORD_VIOLATIONS)
    page.goto(address)
    page.evaluate(OPEN)
    return page


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    return open_in(context, address)


def test_a_nasty_table_loses_nothing(page: Page) -> None:
    long = "word " * 209_715  # a megabyte
    rows = [
        ["name", "what", "=cmd", "name"],
        ["1", 'She said "no", and\r\nleft; I was sad.', "=1+1", "x"],
        ["2", "I won\0", "-2", "y"],
        ["3", long, "@a", "ünï 😀"],
        ["4", "   ", "", ""],
        ["5", "I am so proud.", "+1", "\ttab"],
    ]
    table = (
        "\ufeff" + csv_of(rows, delimiter=";") + "6\r\n7;We are glad.;;;more;\r\n8;Late again.\r\n"
    )
    found = page.evaluate(RUN, [file("nasty.csv", table), {"textColumn": "what"}])
    assert found["source"]["columns"] == ["name", "what", "=cmd", "name_2"]
    assert (
        found["progress"] | {"done": 8, "total": 8, "failed": 5, "state": "finished"}
        == (found["progress"])
    )
    header = ["name", "what", "=cmd", "name_2", "column 5", "column 6"]
    assert found["columns"] == header
    answered = list(csv.reader(io.StringIO(page.evaluate(DOWNLOAD, ["csv", False]), newline="")))
    assert answered[0] == [*header, "label", "probability", "unsure", "error"]
    given = [*rows[1:], ["6"], ["7", "We are glad.", "", "", "more"], ["8", "Late again."]]
    assert [row[:6] for row in answered[1:]] == [row + [""] * (6 - len(row)) for row in given]
    errors = ["", "NUL", "1,000,000", "empty", "", "no cell", "more cells", ""]
    for row, error in zip(answered[1:], errors, strict=True):
        assert error in row[9] and bool(row[9]) == bool(error) == (row[6] == "")
    cured = page.evaluate(DOWNLOAD, ["csv", True])
    assert "'=cmd" in cured and "'=1+1" in cured and "'-2" in cured and "'\ttab" in cured
    lines = [json.loads(line) for line in page.evaluate(DOWNLOAD, ["jsonl", True]).splitlines()]
    assert lines[0]["what"] == rows[1][1] and lines[0]["=cmd"] == "=1+1"
    assert page.evaluate("violations") == []


def test_answers_are_those_to_each_text_and_the_figures_those_of_scikit_learn(page: Page) -> None:
    found = page.evaluate(RUN, [file("some.csv", numbered(260)), {}])
    assert (found["source"]["textColumn"], found["source"]["labelColumn"]) == ("what", "label")
    rows = parsed(page.evaluate(DOWNLOAD, ["csv", True]))
    assert [row["id"] for row in rows] == [str(number) for number in range(260)]
    labels = page.evaluate("classifier.labels")
    alone = page.evaluate(
        "async (texts) => { const all = []; for (const text of texts)"
        " all.push((await classifier.classify(text)).label); return all; }",
        [row["what"] for row in rows[:20]],
    )
    assert [row["predicted_label"] for row in rows[:20]] == alone
    known = [row for row in rows if row["label"] in labels]
    pair = [row["label"] for row in known], [row["predicted_label"] for row in known]
    said = page.evaluate("job.evaluate()")
    assert (said["count"], said["unknown"]) == (len(known), 260 - len(known))
    assert said["accuracy"] == pytest.approx(accuracy_score(*pair), abs=1e-12)
    assert said["macroF1"] == pytest.approx(f1_score(*pair, average="macro"), abs=1e-12)
    counts = {one["label"]: one["count"] for one in page.evaluate("job.distribution().labels")}
    assert counts == {label: pair_count(rows, label) for label in labels}
    check_queries(page, rows)


def pair_count(rows: list[dict[str, str]], label: str) -> int:
    return sum(row["predicted_label"] == label for row in rows)


def check_queries(page: Page, rows: list[dict[str, str]]) -> None:
    """Every filter and order against the same in Python."""
    probability = [float(row["predicted_probability"]) for row in rows]
    label = rows[0]["predicted_label"]
    wanted: list[tuple[dict[str, Any], list[int]]] = [
        ({}, list(range(260))),
        ({"descending": True}, list(range(259, -1, -1))),
        ({"label": label}, [i for i, r in enumerate(rows) if r["predicted_label"] == label]),
        ({"truth": "sad"}, [i for i, r in enumerate(rows) if r["label"] == "sad"]),
        ({"unsureOnly": True}, [i for i, r in enumerate(rows) if r["predicted_unsure"] == "true"]),
        ({"failedOnly": True}, []),
        ({"search": "DAY 12"}, [12, *range(120, 130)]),
        (
            {"search": "dog", "sort": "label"},
            sorted(
                (i for i, r in enumerate(rows) if "dog" in r["what"]),
                key=lambda i: (rows[i]["predicted_label"], i),
            ),
        ),
    ]
    for query, indices in wanted:
        count, found = page.evaluate(ROWS, [query, 0, 300])
        assert (count, [row["index"] for row in found]) == (len(indices), indices), query
    _, found = page.evaluate(ROWS, [{"sort": "probability", "descending": True}, 10, 30])
    assert [round(row["probability"], 6) for row in found] == sorted(probability)[::-1][10:30]


def test_a_closed_tab_loses_no_row_and_answers_none_twice(
    context: BrowserContext, address: str
) -> None:
    page = open_in(context, address)
    page.evaluate(START, [file("long.csv", numbered(500)), {}])
    assert page.evaluate(WAIT, 210) < 500
    page.close()
    again = open_in(context, address)
    left = again.evaluate("batch.findLeftOver(classifier)")
    assert (left["name"], left["total"], left["choice"]["textColumn"]) == ("long.csv", 500, "what")
    assert 0 < left["done"] < 500  # all but what was on its way into the store
    done = again.evaluate(
        """async () => {
          globalThis.job = await batch.resumeBatch(classifier);
          const { done } = job.progress;
          await job.run(() => {});
          return done;
        }"""
    )
    assert done == left["done"]
    rows = parsed(again.evaluate(DOWNLOAD, ["csv", True]))
    assert [row["id"] for row in rows] == [str(number) for number in range(500)]
    assert all(row["predicted_label"] for row in rows)
    # The counts were taken up where they stood, and agree with the rows.
    assert sum(one["count"] for one in again.evaluate("job.distribution().labels")) == 500
    pair = [
        (row["label"], row["predicted_label"]) for row in rows if row["label"] != "nobody's label"
    ]
    accuracy = sum(a == b for a, b in pair) / len(pair)
    assert again.evaluate("job.evaluate().accuracy") == pytest.approx(accuracy, abs=1e-12)
    again.evaluate("job.discard()")
    assert again.evaluate("batch.findLeftOver(classifier)") is None


def test_pause_cancel_and_go_on(page: Page) -> None:
    page.evaluate(START, [file("some.csv", numbered(600)), {}])
    page.evaluate(WAIT, 40)
    page.evaluate("job.pause()")
    page.wait_for_timeout(1500)  # what is under way is answered still
    paused = page.evaluate("job.progress")
    page.wait_for_timeout(500)
    assert page.evaluate("job.progress") == paused | {"state": "paused"}
    assert page.evaluate("job.count({})") == paused["done"] < 600
    page.evaluate("job.go()")
    page.evaluate(WAIT, paused["done"] + 20)
    page.evaluate("job.cancel()")
    assert "message" not in page.evaluate("running")
    cancelled = page.evaluate("job.progress")
    assert cancelled["state"] == "cancelled" and paused["done"] < cancelled["done"] < 600
    assert page.evaluate("job.count({})") == cancelled["done"]
    rows = parsed(page.evaluate(DOWNLOAD, ["csv", True]))
    assert len(rows) == 600
    assert [bool(r["predicted_label"]) for r in rows].index(False) == cancelled["done"]
    assert rows[-1]["predicted_error"] == "The run ended before this row."
    page.evaluate("job.run(() => {})")
    assert page.evaluate("job.progress.state") == "finished"
    rows = parsed(page.evaluate(DOWNLOAD, ["csv", True]))
    assert len(rows) == 600 and all(row["predicted_label"] for row in rows)


def test_a_file_that_is_being_read_is_given_up_at_once(page: Page) -> None:
    rows = 100_000
    cancelled, again = page.evaluate(GIVE_UP, rows)
    assert (cancelled["state"], cancelled["total"], cancelled["count"]) == ("cancelled", None, 0)
    assert "message" not in cancelled["ended"] and 0 < cancelled["read"] < 1
    assert (again["state"], again["total"]) == ("cancelled", rows)


def test_two_tabs_do_not_work_on_one_job(context: BrowserContext, address: str) -> None:
    first = open_in(context, address)
    first.evaluate(START, [file("some.csv", numbered(300)), {}])
    first.evaluate(WAIT, 1)
    second = open_in(context, address)
    assert second.evaluate("batch.findLeftOver(classifier)") is None
    attempts = ("batch.resumeBatch(classifier)", "batch.discardLeftOver()")
    for attempt in (*attempts, "begin(fileOf2, {})"):
        second.evaluate("(f) => { globalThis.fileOf2 = f; }", file("a.txt", "One.\nTwo."))
        said = second.evaluate(f"said({attempt})")
        assert said["message"].startswith("Another tab of this site works on a table")
    assert "message" not in first.evaluate("running")
    assert first.evaluate("job.progress.done") == 300


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"PK\x03\x04", "a.xlsx is a workbook or another packed file and no text: "),
        ("a.csv", b"text\nok\n\xff\n", "a.csv, line 3: holds bytes that are no UTF-8; "),
        ("a.csv", b"a,b\n", "a.csv has no rows below its heading: "),
        ("a.txt", b"", "a.txt is empty: "),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    page: Page, name: str, content: bytes, said: str
) -> None:
    found = page.evaluate(
        "(file) => said(batch.openSource(fileOf(file), classifier.labels))", file(name, content)
    )
    assert found["message"].startswith(said) and found["message"].endswith(".")


def test_lists_lines_and_other_encodings(page: Page) -> None:
    text = "\r\n\r\n".join(TEXTS)
    found = page.evaluate(RUN, [file("a.txt", text.encode("utf-16")), {}])
    assert found["progress"]["total"] == 4 and found["source"]["columns"] == ["text"]
    lines = [json.dumps({"n": 10**20 + number, "t": one}) for number, one in enumerate(TEXTS)]
    lines[2:2] = ["{broken", '{"t": 5, "late": true}']
    found = page.evaluate(RUN, [file("a.jsonl", "\n".join(lines)), {}])
    assert (found["progress"]["failed"], found["progress"]["done"]) == (2, 6)
    assert found["columns"] == ["n", "t", "late", "line"]
    out = page.evaluate(DOWNLOAD, ["jsonl", True]).splitlines()
    assert [line.startswith(lines[place][:-1]) for place, line in enumerate(out)] == [
        True, True, False, True, True, True,
    ]  # fmt: skip
    assert json.loads(out[2])["line"] == "{broken"
    assert [row["cells"][1] for row in page.evaluate(ROWS, [{}, 0, 2])[1]] == list(TEXTS[:2])


def test_firefox_does_the_same(firefox: Browser, address: str) -> None:
    context = firefox.new_context()
    page = open_in(context, address)
    found = page.evaluate(RUN, [file("some.csv", numbered(120)), {}])
    assert found["progress"]["state"] == "finished" and found["progress"]["done"] == 120
    rows = parsed(page.evaluate(DOWNLOAD, ["csv", True]))
    assert [row["id"] for row in rows] == [str(number) for number in range(120)]
    assert page.evaluate("job.count({ search: 'dog' })") == sum("dog" in r["what"] for r in rows)
    assert page.evaluate("violations") == []
    context.close()


LONG_TASKS = """() => {
  globalThis.longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  }).observe({ type: "longtask" });
}"""


@pytest.mark.slow
def test_many_rows_leave_the_page_free(page: Page) -> None:
    rows = 6_000
    texts = [["text", "filler"], *([f"Day {n}", "x" * 200] for n in range(rows))]
    page.evaluate(LONG_TASKS)
    found = page.evaluate(START, [file("many.csv", csv_of(texts)), {"textColumn": "text"}])
    page.evaluate(WAIT, rows)
    assert page.evaluate("job.progress.done") == rows, found
    for query in ({"sort": "probability"}, {"sort": "label", "descending": True}):
        began = page.evaluate("performance.now()")
        assert page.evaluate(ROWS, [query, 3_000, 3_050])[0] == rows
        assert page.evaluate("performance.now()") - began < 500
    assert page.evaluate("job.count({ search: 'day 599' })") == 11
    assert len(parsed(page.evaluate(DOWNLOAD, ["csv", True]))) == rows
    # Half of the processor belongs to other tests; on an idle machine the study measures it.
    assert page.evaluate("longest") <= 150

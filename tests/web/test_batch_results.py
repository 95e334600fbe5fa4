"""What a run of a table has answered: chosen, sorted, compared, downloaded."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from export.browser.server import serve
from tests.web.tables import Panel, open_panel, texts_with_labels, write_table

pytestmark = pytest.mark.slow

COUNT = 60


@pytest.fixture(scope="module")
def labels(bundle: dict[str, Any]) -> list[str]:
    return bundle["labels"]


@pytest.fixture(scope="module")
def done(
    browser: Browser,
    built_site: Path,
    labels: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Panel]:
    """A finished run of a table, for tests that change no more than what is shown of it."""
    folder = tmp_path_factory.mktemp("tables")
    table = write_table(folder / "letters.csv", texts_with_labels(labels, COUNT))
    context = browser.new_context(service_workers="block", reduced_motion="reduce")
    with serve(built_site) as served:
        panel = open_panel(context, served.address, by_rule=True)
        panel.run(table)
        yield panel
    context.close()


@pytest.fixture
def fresh(done: Panel) -> Panel:
    """The finished run, with all rows shown in the order of the file."""
    clear = done.page.locator("#batch-clear")
    if clear.is_visible():
        clear.click()
    if done.page.locator("#batch-table [data-sort=index]").get_attribute("aria-sort") is None:
        done.page.click("#batch-table [data-sort=index] button")
    done.expect_count(f"{COUNT} rows")
    return done


def seen(answers: list[dict[str, Any]]) -> list[str]:
    """The texts as the table shows them."""
    return [row["situation"] for row in answers]


def texts(panel: Panel) -> list[str]:
    return [row[-1] for row in panel.rows()]


def test_rows_are_sorted_by_the_head_of_their_column(fresh: Panel) -> None:
    answers = fresh.answers()
    answered = [row for row in answers if row["label"]]
    head = fresh.page.locator("#batch-table [data-sort=probability]")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    rising = sorted(answered, key=lambda row: row["probability"])
    assert texts(fresh)[: len(rising)] == seen(rising)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert texts(fresh)[: len(rising)] == seen(rising[::-1])
    fresh.page.click("#batch-table [data-sort=label] button")
    expect(head).not_to_have_attribute("aria-sort", re.compile("."))
    assert texts(fresh)[: len(rising)] == seen(sorted(answered, key=lambda row: row["label"]))


def test_rows_are_chosen_by_answer_doubt_and_words(fresh: Panel) -> None:
    answers = fresh.answers()
    label, count = Counter(row["label"] for row in answers if row["label"]).most_common(1)[0]
    fresh.show(answer=label)
    fresh.expect_count(f"{count} of {COUNT} rows")
    assert texts(fresh) == seen([row for row in answers if row["label"] == label])
    fresh.show(answer="", kind="unsure")
    assert texts(fresh) == seen([row for row in answers if row["unsure"]])
    fresh.show(kind="failed")
    fresh.expect_count(f"2 of {COUNT} rows")
    fresh.show(kind="", search="MY DOG")
    found = [row for row in answers if "my dog" in row["situation"]]
    fresh.expect_count(f"{len(found)} of {COUNT} rows")
    assert texts(fresh) == seen(found)
    fresh.show(search="no such words")
    expect(fresh.page.locator("#batch-count")).to_contain_text("No row fits.")
    expect(fresh.page.locator("#batch-window")).to_be_hidden()


def test_a_bar_chooses_the_rows_of_its_label(fresh: Panel) -> None:
    counts = Counter(row["label"] for row in fresh.answers() if row["label"])
    bars = fresh.page.locator("#batch-bars tr")
    first = bars.first
    label = first.get_attribute("data-label")
    assert counts[label] == max(counts.values())
    assert first.locator("td").last.inner_text() == str(counts[label])
    button = first.get_by_role("button")
    button.click()
    fresh.expect_count(f"{counts[label]} of {COUNT} rows")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    button.click()
    fresh.expect_count(f"{COUNT} rows")


def test_a_cell_of_the_matrix_shows_its_rows(fresh: Panel, labels: list[str]) -> None:
    page, pairs = fresh.page, Counter()
    for row in fresh.answers():
        if row["label"]:
            pairs[row["emotion"], row["label"]] += 1
    (truth, answer), count = next(pair for pair in pairs.items() if pair[0][0] != pair[0][1])
    page.locator("#batch-matrix > summary").focus()
    page.keyboard.press("Enter")
    grid = page.locator("#batch-grid")
    expect(grid.locator("tbody tr")).to_have_count(len(labels))
    names = grid.locator("thead th").all_inner_texts()[1:]
    page.keyboard.press("Tab")
    for key, name in (("ArrowDown", truth), ("ArrowRight", answer)):
        for _ in range(names.index(name)):
            page.keyboard.press(key)
    expect(page.locator("#batch-cell")).to_contain_text(f"{truth}: ")
    expect(page.locator("#batch-cell")).to_contain_text(f"{count} of them answered {answer}")
    page.keyboard.press("Enter")
    fresh.expect_count(f"{count} of {COUNT} rows")
    expect(page.locator("#batch-rows-title")).to_be_focused()
    assert {(row[3], row[1].removesuffix(" (unsure)")) for row in fresh.rows()} == {(truth, answer)}
    assert sum(int(n or 0) for n in grid.locator("td").all_inner_texts()) == sum(pairs.values())


def test_the_figures_are_those_of_the_rows(fresh: Panel) -> None:
    answered = [row for row in fresh.answers() if row["label"]]
    right = sum(row["label"] == row["emotion"] for row in answered)
    figures = fresh.page.locator("#batch-figures")
    expect(figures).to_contain_text(f"{100 * right / len(answered):.1f}%")
    expect(figures).to_contain_text(f"{len(answered)} rows")
    fresh.page.click("#batch-classes > summary")
    fresh.page.click("#batch-classes-head [data-key=support] button")
    expect(fresh.page.locator("#batch-classes-body td")).not_to_have_count(0)
    support = fresh.page.locator("#batch-classes-body td:last-child").all_inner_texts()
    assert sorted(map(int, support)) == list(map(int, support))
    assert sum(map(int, support)) == len(answered)
    fresh.page.click("#batch-calibration > summary")
    expect(fresh.page.locator("#batch-bins td")).not_to_have_count(0)
    bins = fresh.page.locator("#batch-bins td:last-child").all_inner_texts()
    assert sum(map(int, bins)) == len(answered)
    expect(fresh.page.locator("#batch-diagram .batch-bin")).to_have_count(len(bins))


def test_what_is_downloaded_is_the_table_with_its_answers(fresh: Panel, labels: list[str]) -> None:
    rows = texts_with_labels(labels, COUNT)
    safe = fresh.table()
    assert list(safe[0])[:6] == ["id", "situation", "emotion", "note", "label", "probability"]
    expected = [[*row[:3], f"'{row[3]}" if row[3].startswith("=") else row[3]] for row in rows]
    assert [list(row.values())[:4] for row in safe] == expected
    fresh.page.uncheck("#batch-escape")
    assert [list(row.values())[:4] for row in fresh.table()] == rows
    fresh.page.check("#batch-escape")
    answers = fresh.answers()
    assert [row["note"] for row in answers] == [row[3] for row in rows]
    assert [row["label"] or "" for row in safe] == [row["label"] or "" for row in answers]
    expect(fresh.page.locator("#batch-saved")).to_contain_text("letters-classified.jsonl")


def test_the_keyboard_stays_in_the_table_when_its_row_scrolls_away(fresh: Panel) -> None:
    page = fresh.page
    page.locator("#batch-body button[tabindex='0']").focus()
    page.locator("#batch-window").evaluate("(region) => { region.scrollTop = 1e6; }")
    expect(page.locator("#batch-window")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#batch-body tr[data-position='1'] button")).to_be_focused()
    assert page.locator("#batch-body button[tabindex='0']").count() == 1

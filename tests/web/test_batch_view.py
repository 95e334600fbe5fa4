"""The panel for tables and lists, as it is seen, heard and used by keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from export.browser.server import serve
from tests.web.tables import Panel, open_panel, texts_with_labels, write_table

pytestmark = pytest.mark.slow

COUNT = 60
FOCUSED = "() => document.activeElement?.id"


@pytest.fixture(scope="module")
def address(built_site: Path) -> Iterator[str]:
    with serve(built_site) as served:
        yield served.address


@pytest.fixture(scope="module")
def labels(bundle: dict[str, Any]) -> list[str]:
    return bundle["labels"]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory, labels: list[str]) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    return write_table(folder / "letters.csv", texts_with_labels(labels, COUNT))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(service_workers="block", reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def panel(context: BrowserContext, address: str) -> Panel:
    return open_panel(context, address, by_rule=True)


def press_to(page: Page, target: str, key: str = "Tab", most: int = 60) -> None:
    """Press a key until the focus is on the element."""
    for _ in range(most):
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", target):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {target}")


def test_the_whole_path_by_keyboard(context: BrowserContext, address: str, table: Path) -> None:
    panel = open_panel(context, address)
    page = panel.page
    page.locator("#text").focus()
    press_to(page, "#batch > summary")
    # Before the key: the browser is told to hand choosers over, and takes a moment for it.
    with page.expect_file_chooser() as chooser:
        press_to(page, "#batch-file")
        page.keyboard.press("Enter")
    chooser.value.set_files(table)
    panel.wait_for_step("preview")
    assert page.evaluate(FOCUSED) == "batch-preview-title"
    expect(page.locator("#batch-text-column")).to_have_value("situation")
    expect(page.locator("#batch-label-column")).to_have_value("emotion")
    press_to(page, "#batch-preview-region")
    press_to(page, "#batch-start")
    page.keyboard.press("Enter")
    panel.wait_until_done()
    assert page.evaluate(FOCUSED) == "batch-results-title"
    press_to(page, "#batch-search")
    page.keyboard.type("sister")
    panel.expect_count("29 of 60 rows")
    press_to(page, "#batch-body button")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#batch-row-title")).to_be_focused()
    expect(page.locator("#batch-row-title")).to_have_text("Row 57")
    expect(page.locator("#batch-row-text")).to_contain_text("Day 56: ")
    press_to(page, "#batch-row-show")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value(re.compile("^Day 56: "))
    page.locator("#batch-row-close").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#batch-body tr[data-position='27'] button")).to_be_focused()
    assert panel.visit.violations() == []


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_table_can_be_dropped_or_pasted(panel: Panel, way: str) -> None:
    give = """(way) => {
      const given = new DataTransfer();
      const rows = ["text,author", "I am so proud of my son,Ann"];
      rows.push('"It was late, and I was tired",Bob');
      if (way === "drop") given.items.add(new File([rows.join("\\n")], "notes.csv"));
      else given.setData("text/plain", rows.join("\\n"));
      const more = way === "drop" ? { dataTransfer: given } : { clipboardData: given };
      const [type, Kind] = way === "drop" ? ["drop", DragEvent] : ["paste", ClipboardEvent];
      const event = new Kind(type, { bubbles: true, cancelable: true, ...more });
      return !document.querySelector("#batch summary").dispatchEvent(event);
    }"""
    assert panel.page.evaluate(give, way)
    panel.wait_for_step("preview")
    cells = panel.page.locator("#batch-preview-table td").all_inner_texts()
    assert cells[-2:] == ["It was late, and I was tired", "Bob"]
    expect(panel.page.locator("#batch-label-column")).to_have_value("")
    panel.page.click("#batch-start")
    panel.wait_until_done()
    expect(panel.page.locator("#batch-compared")).to_be_hidden()
    assert len(panel.rows()) == 2


def test_text_in_the_field_is_a_list(panel: Panel) -> None:
    panel.page.click("#batch-paste > summary")
    panel.page.fill("#batch-text", "The dog was lost\nThe dog was found\n")
    panel.page.click("#batch-use")
    panel.wait_for_step("preview")
    panel.page.click("#batch-start")
    panel.wait_until_done()
    assert [row[-1] for row in panel.rows()] == ["The dog was lost", "The dog was found"]


def test_what_cannot_be_read_is_said_and_another_file_may_follow(
    panel: Panel, tmp_path: Path, table: Path
) -> None:
    wrong = tmp_path / "table.xlsx"
    wrong.write_bytes(b"PK\x03\x04" + bytes(100))
    panel.page.set_input_files("#batch-file", wrong)
    expect(panel.page.get_by_role("alert").filter(has_text="CSV")).to_be_visible()
    panel.choose(table)
    expect(panel.page.locator("#batch-error")).to_be_hidden()
    panel.page.click("#batch-other")
    panel.wait_for_step("choose")
    assert panel.page.evaluate(FOCUSED) == "batch-file"


def test_each_quarter_is_said_and_not_every_row(
    context: BrowserContext, address: str, table: Path
) -> None:
    panel = open_panel(context, address)
    panel.page.evaluate("""() => {
      globalThis.spoken = [];
      const news = document.querySelector("#batch-news");
      const note = () => news.textContent && spoken.push(news.textContent);
      new MutationObserver(note).observe(news, { childList: true, characterData: true });
    }""")
    panel.run(table)
    spoken = panel.page.evaluate("spoken")
    assert spoken[0] == f"Started: {COUNT} rows."
    assert spoken[-1] == "Finished: 58 rows answered, 2 without an answer."
    assert len(spoken) <= 5 and all("% done." in words for words in spoken[1:-1])


def test_a_run_pauses_stops_and_goes_on(
    context: BrowserContext, address: str, tmp_path: Path, labels: list[str]
) -> None:
    count = 2000
    table = write_table(tmp_path / "long.csv", texts_with_labels(labels, count))
    panel = open_panel(context, address)
    page = panel.page
    panel.choose(table)
    page.click("#batch-start")
    page.click("#batch-pause")
    expect(page.locator("#batch-pause")).to_have_text("Go on")
    expect(page.locator("#batch-pace")).to_contain_text("paused")
    assert panel.visit.answer("I am so proud of my son") == "proud"
    page.click("#batch-pause")
    expect(page.locator("#batch-pace")).to_contain_text("rows a second", timeout=20_000)
    page.click("#batch-cancel")
    panel.wait_for_step("download", 20_000)
    expect(page.locator("#batch-summary")).to_contain_text("not reached")
    expect(page.locator("#batch-go-on")).to_be_visible()
    assert page.evaluate(FOCUSED) == "batch-results-title"
    page.click("#batch-go-on")
    panel.wait_for_step("run")


def test_what_a_closed_tab_left_behind_is_offered_first(
    context: BrowserContext, address: str, table: Path
) -> None:
    first = open_panel(context, address, by_rule=True)
    first.run(table)
    first.page.close()
    again = open_panel(context, address, by_rule=True, step="left")
    expect(again.page.locator("#batch-left-text")).to_contain_text("letters.csv")
    expect(again.page.locator("#batch-choose")).to_be_hidden()
    again.page.click("#batch-resume")
    again.wait_until_done()
    again.expect_count(f"{COUNT} rows")
    again.page.click("#batch-again")
    again.wait_for_step("choose")

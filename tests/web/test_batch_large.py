"""The panel for tables where there is much: labels of another model, rows of a large table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from export.browser.server import serve
from tests.web.tables import open_panel, texts_with_labels, write_table

pytestmark = pytest.mark.slow

LONGEST_TASK = 50  # milliseconds
# Scrolls through the rows by steps and leaps; the milliseconds of the longest task.
SCROLL = """async () => {
  const tasks = [0];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  });
  observer.observe({ type: "longtask" });
  const region = document.querySelector("#batch-window");
  for (let step = 1; step <= 120; step += 1) {
    region.scrollTop = step % 10 ? region.scrollTop + 400 : (step / 120) * region.scrollHeight;
    await new Promise(requestAnimationFrame);
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  observer.disconnect();
  return Math.max(...tasks);
}"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(service_workers="block", reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def address(built_site: Path) -> Iterator[str]:
    with serve(built_site) as served:
        yield served.address


def test_seventy_seven_labels_stay_usable(
    context: BrowserContext, address: str, tmp_path: Path
) -> None:
    labels = [f"kind {number} of question" for number in range(77)]
    panel = open_panel(context, address, labels=labels)
    page = panel.page
    page.set_viewport_size({"width": 320, "height": 700})
    panel.run(write_table(tmp_path / "many.csv", texts_with_labels(labels, 300)))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("#batch-matrix > summary")
    expect(page.locator("#batch-grid tbody tr")).to_have_count(77)
    page.locator("#batch-grid td[tabindex='0']").focus()
    page.keyboard.press("Control+End")
    last = page.locator("#batch-grid tbody tr").last.locator("td").last
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport()
    corner = page.locator("#batch-grid thead th").first
    expect(corner).to_be_in_viewport()
    expect(page.locator("#batch-cell")).to_contain_text("kind 76 of question")
    page.click("#batch-more")
    expect(page.locator("#batch-bars tr")).to_have_count(77)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_task_is_long_while_many_rows_scroll_by(
    context: BrowserContext, address: str, tmp_path: Path, bundle: dict[str, Any]
) -> None:
    panel = open_panel(context, address, by_rule=True)
    panel.run(write_table(tmp_path / "large.csv", texts_with_labels(bundle["labels"], 20_000)))
    panel.expect_count("20,000 rows")
    # A task that is long by itself is so each time; one that another program has held up is not.
    assert min(panel.page.evaluate(SCROLL) for _ in range(3)) <= LONGEST_TASK
    assert len(panel.drawn()) < 40

"""axe-core in every state of the panel for tables, in every look."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from export.browser.server import serve
from tests.web.axe import check_every_look
from tests.web.tables import Panel, open_panel, texts_with_labels, write_table

pytestmark = pytest.mark.slow


def unfold(panel: Panel) -> None:
    """Everything that a finished run has to show."""
    for part in ("matrix", "classes", "calibration"):
        panel.page.click(f"#batch-{part} > summary")
    expect(panel.page.locator("#batch-bins tr").first).to_be_visible()
    expect(panel.page.locator("#batch-grid tbody")).to_be_attached()
    panel.page.click("#batch-more")
    panel.page.locator("#batch-body button").nth(2).click()
    expect(panel.page.locator("#batch-row")).to_be_visible()


def test_every_state_of_the_panel(
    browser: Browser, built_site: Path, bundle: dict[str, Any], tmp_path: Path
) -> None:
    table = write_table(tmp_path / "letters.csv", texts_with_labels(bundle["labels"], 60))
    long = write_table(tmp_path / "long.csv", texts_with_labels(bundle["labels"], 3000))
    wrong = tmp_path / "table.xlsx"
    wrong.write_bytes(b"PK\x03\x04" + bytes(100))
    context = browser.new_context(service_workers="block", reduced_motion="reduce")
    with serve(built_site) as served:
        panel = open_panel(context, served.address)
        page = panel.page
        page.click("#batch-paste > summary")
        check_every_look(page)
        page.set_input_files("#batch-file", wrong)
        expect(page.locator("#batch-error")).to_be_visible()
        check_every_look(page)
        panel.choose(long)
        check_every_look(page)
        page.click("#batch-start")
        panel.wait_for_step("results", 20_000)
        page.click("#batch-pause")
        check_every_look(page)
        page.click("#batch-cancel")
        panel.wait_for_step("download", 20_000)
        check_every_look(page)
        page.reload()
        panel.visit.wait_for("ready")
        page.click("#batch > summary")
        panel.wait_for_step("left")
        check_every_look(page)
        page.click("#batch-forget")
        panel.wait_for_step("choose")
        panel.run(table)
        unfold(panel)
        check_every_look(page)
        panel.show(search="no such words")
        expect(page.locator("#batch-count")).to_contain_text("No row fits.")
        check_every_look(page)
    context.close()

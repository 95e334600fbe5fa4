"""Tables made by rule, and the panel that classifies them as a person uses it."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.web.visiting import EXPECT_TIMEOUT, Visit, visit

RUN_TIMEOUT = 60_000
# The rows that are drawn, from top to bottom, as they are seen.
DRAWN = """() => [...document.querySelectorAll("#batch-body tr[aria-rowindex]")].map((row) => ({
  position: Number(row.getAttribute("aria-rowindex")) - 2,
  kind: row.dataset.kind,
  cells: [...row.cells].filter((cell) => !cell.hidden).map((cell) => cell.textContent),
}))"""
# In place of the model: an answer by rule to any text, in next to no time.
BY_RULE = """
export class Several {
  constructor({ labels }) { this.labels = labels; }
  async *classify(texts) {
    let index = 0;
    for await (const text of texts) {
      const sum = [...text].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7);
      const named = this.labels.findIndex((label) => text.includes(label));
      const at = named < 0 || sum % 4 === 0 ? sum % this.labels.length : named;
      const label = this.labels[at];
      const probability = (sum + 1) / 9974;
      const scores = [{ label, index: at, probability }];
      const cost = { logits: [], tokens: 3, totalTokens: 3, truncated: false, milliseconds: 1 };
      yield { index, text, label, probability, unsure: probability < 0.3, scores, ...cost };
      index += 1;
    }
  }
  close() {}
}
"""


def texts_with_labels(labels: Sequence[str], count: int) -> list[list[str]]:
    """Rows of number, text, right label and a note; every 29th has no text, one note a formula."""
    rows = []
    for number in range(count):
        label = labels[number * 7 % len(labels)]
        text = (
            f"Day {number}: I felt so {label}, and told my {('sister', 'dog')[number % 2]} about it"
        )
        note = "=1+1" if number == 3 else f'said "{number}",\nor so'
        rows.append([str(number), "" if number % 29 == 17 else text, label, note])
    return rows


def write_table(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "situation", "emotion", "note"], *rows])
    return path


# The panel with a model of other labels, which answers by the rule.
RELABELLED = """
import {{ open as openWith }} from "./panel.js?own";
import {{ Several }} from "../../classifier/several.js";
const labels = {labels};
const classifyMany = (texts) => new Several({{ labels }}).classify(texts);
const relabel = ({{ bundle }}) => ({{ labels, bundle: {{ ...bundle, labels }}, classifyMany }});
export function open(root, page) {{
  const classifier = async () => relabel(await page.classifier());
  return openWith(root, {{ ...page, classifier }});
}}
"""


@dataclass
class Panel:
    """The panel of an open page."""

    visit: Visit

    @property
    def page(self) -> Page:
        return self.visit.page

    def wait_for_step(self, part: str, timeout: float = EXPECT_TIMEOUT) -> None:
        expect(self.page.locator(f"#batch-{part}")).to_be_visible(timeout=timeout)

    def choose(self, table: Path) -> None:
        self.page.set_input_files("#batch-file", table)
        self.wait_for_step("preview")

    def run(self, table: Path) -> None:
        """From the file to all answers."""
        self.choose(table)
        self.page.click("#batch-start")
        self.wait_until_done()

    def wait_until_done(self) -> None:
        self.wait_for_step("download", RUN_TIMEOUT)
        expect(self.page.locator("#batch-summary")).to_contain_text("Finished")

    def expect_count(self, words: str) -> None:
        expect(self.page.locator("#batch-count")).to_have_text(words)

    def drawn(self) -> list[dict[str, Any]]:
        """The rows that are drawn, once all of them have come in."""
        waiting = "document.querySelector('#batch-body [data-kind=waiting]')"
        self.visit.soon(f"!{waiting}")
        return self.page.evaluate(DRAWN)

    def rows(self) -> list[list[str]]:
        """Every row of the table in its order, by scrolling through it."""
        found: dict[int, list[str]] = {}
        region = self.page.locator("#batch-window")
        region.evaluate("(region) => { region.scrollTop = 0; }")
        while True:
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
            found |= {row["position"]: row["cells"] for row in self.drawn()}
            if region.evaluate("(r) => r.scrollTop + r.clientHeight >= r.scrollHeight - 1"):
                return [found[position] for position in range(len(found))]
            region.evaluate("(region) => { region.scrollTop += region.clientHeight / 2; }")

    def download(self, kind: str) -> str:
        with self.page.expect_download() as taken:
            self.page.click(f"#batch-{kind}")
        return Path(taken.value.path()).read_bytes().decode("utf-8-sig")

    def answers(self) -> list[dict[str, Any]]:
        """What was answered, as the download says."""
        return [json.loads(line) for line in self.download("jsonl").splitlines()]

    def table(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.download("csv"), newline="")))

    def show(self, **choices: str) -> None:
        """Choose by label: ``answer``, ``truth`` or ``kind``; search for the text of ``search``."""
        for name, value in choices.items():
            field = self.page.locator(f"#batch-{name}")
            field.fill(value) if name == "search" else field.select_option(value)


def open_panel(
    context: BrowserContext,
    address: str,
    *,
    by_rule: bool = False,
    labels: Sequence[str] = (),
    step: str = "choose",
) -> Panel:
    """Open the page and the panel.

    Args:
        by_rule: many texts are answered by a rule in place of the model.
        labels: those of another model, which answers by the rule.
        step: what is seen first.
    """
    if by_rule or labels:
        _replace(context, "**/classifier/several.js", BY_RULE)
    if labels:
        program = RELABELLED.format(labels=json.dumps(list(labels)))
        _replace(context, "**/app/batch/panel.js", program)
    visited = visit(context, address)
    visited.wait_for("ready")
    panel = Panel(visited)
    visited.page.click("#batch > summary")
    panel.wait_for_step(step)
    return panel


def _replace(context: BrowserContext, address: str, program: str) -> None:
    reply = {"content_type": "text/javascript", "body": program}
    context.route(address, lambda route: route.fulfill(**reply))

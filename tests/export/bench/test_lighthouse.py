"""Lighthouse: what is kept of its reports, and that it runs."""

from pathlib import Path
from typing import Any

import pytest

from export.bench.lighthouse import (
    CATEGORIES,
    FOLDER,
    FORMS,
    PACKAGE,
    lighthouse_table,
    run_lighthouse,
    summarize_reports,
)
from export.browser.launch import launch_browser, launch_options
from export.browser.server import serve
from export.site.npm import install_packages
from training.run.errors import CheckError
from training.run.files import read_json


def report(performance: float, **audits: float | None) -> dict[str, Any]:
    """A report in which every audit counts for performance, but for those called ``idle_…``."""
    references = [{"id": key, "weight": 0 if key.startswith("idle") else 1} for key in audits]
    categories = {key: {"score": 1, "auditRefs": []} for key in CATEGORIES}
    categories["performance"] = {"score": performance, "auditRefs": references}
    return {
        "categories": categories,
        "audits": {key: {"score": score} for key, score in audits.items()},
    }


def test_scores_are_medians_and_what_cost_something_is_named() -> None:
    found = summarize_reports(
        [report(0.98, lcp=0.9, cls=1, idle_csp=0, tbt=None), report(1), report(0.7, tbt=0.2)]
    )
    assert found["scores"] == {
        "performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100,
    }  # fmt: skip
    assert found["runs"]["performance"] == [98, 100, 70]
    assert found["lost"] == ["lcp", "tbt"]


def test_the_table_has_a_row_for_each_page_and_form() -> None:
    forms = {form: summarize_reports([report(0.97)]) for form in FORMS}
    table = lighthouse_table({"pages": {"page": forms, "card": forms}})
    assert [row[0] for row in table] == [
        "page, mobile", "page, desktop", "card, mobile", "card, desktop",
    ]  # fmt: skip
    assert table[0][1:] == ["97", "100", "100", "100"]


def test_one_version_is_pinned() -> None:
    wanted = read_json(FOLDER / "package.json")["dependencies"]
    locked = read_json(FOLDER / "package-lock.json")["packages"]
    assert wanted == {PACKAGE: locked[f"node_modules/{PACKAGE}"]["version"]}


@pytest.mark.slow
def test_a_page_without_a_title_loses_by_that_and_one_that_is_not_there_is_an_error(
    tmp_path: Path,
) -> None:
    install_packages(FOLDER, [PACKAGE])
    with launch_browser() as browser:
        options = launch_options(browser.browser_type)
    (tmp_path / "index.html").write_text('<!doctype html><html lang="en"><body><p>Text</p>')
    with serve(tmp_path) as served:
        found = summarize_reports([run_lighthouse(served.address, FORMS["desktop"], options)])
        assert "document-title" in found["lost"]
        assert found["scores"]["accessibility"] < 100
        with pytest.raises(CheckError, match=r"missing\.html failed: .*page load"):
            run_lighthouse(f"{served.address}missing.html", FORMS["desktop"], options)

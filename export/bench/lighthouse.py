"""What Lighthouse says of the built pages, on a phone and on a desktop."""

import os
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tqdm import tqdm

from export.browser.launch import launch_browser, launch_options
from export.browser.server import serve
from export.pipeline import StaleStages
from export.site.npm import install_packages, node_command
from training.run.errors import CheckError, one_line
from training.run.files import read_json
from training.run.provenance import circumstances

PACKAGE = "lighthouse"
FOLDER = Path(__file__).parent / PACKAGE  # with the lock file; packages are installed there
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# The pages that a site may have, by their names in the record.
PAGES = {"page": "", "card": "card.html"}
FORMS: dict[str, tuple[str, ...]] = {"mobile": (), "desktop": ("--preset=desktop",)}
_PATIENCE = 300  # seconds

Report = Mapping[str, Any]


def measure_lighthouse(stages: StaleStages, repeats: int) -> dict[str, Any]:
    """Scores of 0 to 100 by page, form and category; where something is lost, which audits fail.

    The site is served as a host does that neither compresses nor sends headers. Every run is a
    first visit.

    Args:
        stages: of the run whose site is judged.
        repeats: of every page in every form; the score is the median.

    Raises:
        InputError: no npm or no browser.
        CheckError: int8 is outside the gate, or Lighthouse failed.
    """
    versions = install_packages(FOLDER, [PACKAGE])
    with launch_browser() as browser:
        version, options = f"Chromium {browser.version}", launch_options(browser.browser_type)
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as name:
        folder = Path(name) / "site"
        folder.mkdir()
        site = stages.rendered(folder).facts["version"]
        pages = {page: path for page, path in PAGES.items() if (folder / (path or ".")).exists()}
        with serve(folder) as served:
            addresses = {page: served.address + path for page, path in pages.items()}
            reports = _run_all(addresses, options, repeats)
    return {
        "run": stages.artifact.name,
        "site": site,
        "repeats": repeats,
        "browser": version,
        "web_versions": versions,
        "pages": {
            page: {form: summarize_reports(found) for form, found in forms.items()}
            for page, forms in reports.items()
        },
        **circumstances(),
    }


def _run_all(
    addresses: Mapping[str, str], options: Mapping[str, Any], repeats: int
) -> dict[str, dict[str, list[Report]]]:
    """Reports by page and form, which take turns."""
    reports: dict[str, dict[str, list[Report]]] = defaultdict(lambda: defaultdict(list))
    turns = [(page, form) for _ in range(repeats) for page in addresses for form in FORMS]
    for page, form in tqdm(turns, desc="Lighthouse", unit="visit"):
        reports[page][form].append(run_lighthouse(addresses[page], FORMS[form], options))
    return reports


def run_lighthouse(address: str, flags: Sequence[str], options: Mapping[str, Any]) -> Report:
    """One report, as Lighthouse writes it.

    Args:
        flags: besides those that say what is judged and how the browser starts.
        options: of Playwright for the browser, of which its program and arguments are taken.

    Raises:
        CheckError: it failed, or took too long.
    """
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as name:
        path = Path(name) / "report.json"
        command = [
            *node_command(),
            str(FOLDER / "node_modules" / PACKAGE / "cli" / "index.js"),
            address,
            *flags,
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags={' '.join(['--headless=new', *options['args']])}",
            "--output=json",
            f"--output-path={path}",
            "--no-enable-error-reporting",
            "--quiet",
        ]
        environment = {**os.environ, "CHROME_PATH": str(options["executable_path"])}
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=_PATIENCE
            )
        except subprocess.TimeoutExpired as error:
            raise CheckError(f"Lighthouse of {address} took over {_PATIENCE} seconds") from error
        if done.returncode or not path.is_file():
            raise CheckError(f"Lighthouse of {address} failed: {one_line(done.stderr, 300)}")
        return _usable(address, read_json(path))


def _usable(address: str, report: Report) -> Report:
    """A report of a page that could be opened and judged in every category."""
    problem = report.get("runtimeError", {}).get("message")
    missing = [key for key in CATEGORIES if report["categories"][key]["score"] is None]
    if problem or missing:
        why = problem or f"no score for {', '.join(missing)}"
        raise CheckError(f"Lighthouse of {address} failed: {one_line(why, 300)}")
    return report


def summarize_reports(reports: Sequence[Report]) -> dict[str, Any]:
    """Median scores of 0 to 100, the runs they are of, and the audits that cost something."""
    runs = {
        key: [round(100 * report["categories"][key]["score"]) for report in reports]
        for key in CATEGORIES
    }
    return {
        "scores": {key: round(median(found)) for key, found in runs.items()},
        "runs": runs,
        "lost": sorted({audit for report in reports for audit in _lost(report)}),
    }


def _lost(report: Report) -> list[str]:
    counted = {
        audit["id"]
        for key in CATEGORIES
        for audit in report["categories"][key]["auditRefs"]
        if audit["weight"]
    }
    scores = {name: report["audits"][name]["score"] for name in counted}
    return [name for name, score in scores.items() if score is not None and score < 1]


def lighthouse_table(record: Mapping[str, Any]) -> list[list[str]]:
    """A row for each page and form, as a README shows it."""
    return [
        [f"{page}, {form}", *(str(found["scores"][key]) for key in CATEGORIES)]
        for page, forms in record["pages"].items()
        for form, found in forms.items()
    ]

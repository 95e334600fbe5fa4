"""The READMEs say what the records say, and name only what exists."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from export.readme.render import PAGES, README, render
from tests.conftest import REAL_DIR
from training.run.artifact import Artifact
from training.run.files import ROOT

TEXT = README.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_tables_are_those_of_the_records(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert render(page, text) == text


def test_a_changed_number_would_be_noticed() -> None:
    number = re.search(r"<!-- results -->.*?(0\.\d{4})", TEXT, re.DOTALL)[1]
    assert render(README, TEXT.replace(number, "0.9999")) == TEXT


def test_a_lost_block_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"README\.md must have exactly one block 'results'"):
        render(README, TEXT.replace("<!-- /results -->", ""))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", text)
    assert len(links) > 5
    for link in links:
        file, _, section = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        if section:
            titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            marks = [re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles]
            assert section in marks, link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_scripts_that_are_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    called = set(re.findall(r"\b(scripts/[\w/]+\.py)\b", text))
    assert called
    assert [name for name in called if not (ROOT / name).is_file()] == []


def test_every_script_for_users_is_in_the_table() -> None:
    table = set(re.findall(r"^\| `(\w+\.py)` \|", TEXT, re.MULTILINE))
    assert table == {path.name for path in (ROOT / "scripts").glob("*.py")}


def test_a_newcomer_reads_the_first_page_in_a_few_minutes() -> None:
    assert len(TEXT.splitlines()) <= 200


def test_make_targets_that_are_named_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"\bmake (\w+)\b", TEXT)) - {"it", "sure"}
    assert {"web", "test", "build"} <= targets
    assert [t for t in targets if not re.search(rf"^{t}:", makefile, re.MULTILINE)] == []


@pytest.mark.slow
def test_the_table_that_is_shown_is_the_one_that_comes_out(
    browser_artifact: Artifact, tmp_path: Path
) -> None:
    section = TEXT.partition("## A table of a million rows")[2]
    shown = re.search(r"```console\n(.*?)```", section, re.DOTALL)[1]
    _, before, called, after = re.split(r"^\$ (?:cat \S+\n|(?=python ))", shown, flags=re.MULTILINE)
    call, *said = called.splitlines()
    (tmp_path / "moments.csv").write_text(before)
    script, *arguments = call.removeprefix("python ").split()
    command = [sys.executable, str(ROOT / script), *arguments, "--data", str(REAL_DIR)]
    paths = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=paths, stderr=subprocess.PIPE, text=True)
    assert done.stderr.splitlines()[-len(said) :] == said
    found, expected = (
        list(csv.DictReader(text.splitlines()))
        for text in ((tmp_path / arguments[1]).read_text(), after)
    )
    assert [list(row) for row in found] == [list(row) for row in expected]
    # Processors round products of eight bits differently, by less than anybody would read.
    for row, other in zip(found, expected, strict=True):
        one, two = row.pop("probability"), other.pop("probability")
        assert row == other and bool(one) == bool(two)
        assert float(one or 0) == pytest.approx(float(two or 0), abs=0.01)

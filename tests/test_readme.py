"""The README says what the records say, and names only what exists."""

import re

import pytest

from export.readme.render import README, render
from training.run.files import ROOT

TEXT = README.read_text(encoding="utf-8")


def test_tables_are_those_of_the_records() -> None:
    assert render(TEXT) == TEXT


def test_a_changed_number_would_be_noticed() -> None:
    number = re.search(r"<!-- results -->.*?(0\.\d{4})", TEXT, re.DOTALL)[1]
    assert render(TEXT.replace(number, "0.9999")) == TEXT


def test_a_lost_block_is_an_error() -> None:
    with pytest.raises(ValueError, match="exactly one block 'cost'"):
        render(TEXT.replace("<!-- /cost -->", ""))


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", TEXT)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_scripts_that_are_named_exist() -> None:
    named = set(re.findall(r"\b(?:scripts/)?(\w+\.py)\b", TEXT))
    assert {"train.py", "evaluate.py", "build_web.py", "check_parity.py"} <= named
    known = {path.name for path in ROOT.glob("*/**/*.py")}
    assert named <= known


def test_make_targets_that_are_named_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"\bmake (\w+)\b", TEXT)) - {"it", "sure"}
    assert {"web", "test", "build"} <= targets
    assert [t for t in targets if not re.search(rf"^{t}:", makefile, re.MULTILINE)] == []

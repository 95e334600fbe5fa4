"""What decides a page's answers is told from what does not."""

import json
from pathlib import Path

import pytest

from export.site.page import PROGRAM, page_facts


def test_it_is_the_same_until_what_answers_changes(web: Path) -> None:
    first = page_facts(web)
    for name in ("styles/page.css", "app/main.js", "app/ui/results.js"):
        (web / name).write_text((web / name).read_text() + "\n")
    assert page_facts(web) == first == json.loads(json.dumps(first))


def test_another_program_is_another_page(web: Path) -> None:
    facts = [page_facts(web)]
    program = web / PROGRAM / "session.js"
    program.write_text(program.read_text() + "\n")
    facts.append(page_facts(web))
    program.rename(program.with_name("sessions.js"))
    facts.append(page_facts(web))
    assert len({each["program"] for each in facts}) == 3


@pytest.mark.parametrize("package", ["onnxruntime-web", "@huggingface/tokenizers"])
def test_another_package_is_another_page(web: Path, package: str) -> None:
    first = page_facts(web)
    lock = web / "package-lock.json"
    text = lock.read_text()
    integrity = first["packages"][package]["integrity"]
    assert integrity.startswith("sha512-") and integrity in text
    lock.write_text(text.replace(integrity, "sha512-other"))
    assert page_facts(web) != first


@pytest.mark.parametrize("level", ["AHEAD_LEVEL", "SHIPPED_LEVEL"])
def test_another_level_is_another_page(
    web: Path, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = page_facts(web)
    monkeypatch.setattr(f"export.site.page.{level}", "basic")
    assert page_facts(web) != first

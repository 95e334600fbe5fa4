"""What a person does with an answer: sees all of it, why, takes it along, comes back to it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, expect

from export.browser.server import serve
from tests.web.visiting import LOAD_TIMEOUT, TEXT, Visit, visit

pytestmark = pytest.mark.slow

RIVALS = "Someone keyed my car in the parking lot and just drove off."
LINES = "My sister hid behind the door.\n\nThere was a hair in my soup, and half a cockroach."
PERCENT = re.compile(r"(\d+\.\d)%")


@pytest.fixture
def fresh(context: BrowserContext, built_site: Path) -> Iterator[Visit]:
    """A page of its own, ready."""
    with serve(built_site) as served:
        page = visit(context, served.address)
        page.wait_for("ready")
        yield page


def test_all_labels_can_be_seen_and_stay_until_they_are_put_away(
    ready: Visit, bundle: dict[str, Any]
) -> None:
    ready.answer(TEXT)
    more, rows = ready.page.locator("#more"), ready.page.locator("#results li")
    expect(more).to_have_attribute("aria-expanded", "false")
    more.click()
    expect(rows).to_have_count(len(bundle["labels"]))
    expect(more).to_have_attribute("aria-expanded", "true")
    names = rows.evaluate_all("rows => rows.map((row) => row.dataset.label)")
    shares = rows.evaluate_all("rows => rows.map((row) => Number(row.dataset.probability))")
    assert sorted(names) == sorted(bundle["labels"])
    assert shares == sorted(shares, reverse=True) and sum(shares) == pytest.approx(1)
    ready.page.fill("#text", RIVALS)
    expect(rows.first).not_to_have_attribute("data-label", names[0])
    expect(rows).to_have_count(len(names))
    more.click()
    expect(rows).to_have_count(5)


def test_near_synonyms_are_held_together_and_added_up(ready: Visit, bundle: dict[str, Any]) -> None:
    ready.answer(RIVALS)
    rows = ready.page.locator("#results li")
    shown = {
        row.get_attribute("data-label"): row.locator(".percent").inner_text() for row in rows.all()
    }
    sentences = ready.page.locator("#kin p").all_inner_texts()
    assert sentences, shown
    for place, sentence in enumerate(sentences):
        parts, total = sentence.split(" are near-synonyms here: together ")
        named = dict(re.findall(r"([\w-]+) (\d+\.\d%)", parts))
        assert len(named) > 1 and named.items() <= shown.items()
        assert any(named.keys() <= set(family) for family in bundle["families"])
        added = sum(float(percent) for percent in PERCENT.findall(parts))
        (said,) = map(float, PERCENT.findall(total))
        assert total.startswith("about ") or added == pytest.approx(said, abs=1e-6)
        bracket = rows.filter(has=ready.page.locator("[data-part=first], [data-part=last]"))
        ends = bracket.evaluate_all("rows => rows.map((row) => row.dataset.label)")
        assert set(list(named)[:1] + list(named)[-1:]) <= set(ends), place
    ready.type("")
    expect(ready.page.locator("#kin")).to_be_hidden()


def test_why_draws_each_word_over_the_text_as_it_was_written(ready: Visit) -> None:
    ready.answer(LINES)
    ready.page.click("#why")
    drawn = ready.page.locator(".why-text")
    # Its signs are drawn by the style sheet, and are no text.
    expect(drawn).to_have_text(LINES, use_inner_text=False, timeout=LOAD_TIMEOUT)
    assert drawn.evaluate("node => node.textContent") == LINES
    words = ready.page.locator(".why-text .word")
    assert words.count() >= 2
    ready.page.click(".numbers summary")
    rows = ready.page.locator(".numbers tbody tr")
    assert rows.count() == len(re.findall(r"\w+", LINES))
    points = dict(row.inner_text().split("\t") for row in rows.all())
    for word in words.all():
        text, said = word.text_content() or "", word.get_attribute("data-points") or ""
        assert points[text] == said
        assert word.get_attribute("data-sign") == ("−" if said.startswith("−") else "+")
        style = word.evaluate("node => getComputedStyle(node).textDecorationStyle")
        assert style == ("dashed" if said.startswith("−") else "solid")
        assert word.get_attribute("aria-label") == f"{text}, {said} points"
    ready.page.click("#why")
    expect(ready.page.locator("#why-panel")).to_be_hidden()


def test_the_numbers_agree_with_leaving_the_word_out(ready: Visit) -> None:
    label = ready.answer(TEXT)
    ready.page.click("#why")
    word = ready.page.locator(".why-text .word").first
    said = float((word.get_attribute("data-points") or "").replace("−", "-"))
    name = word.text_content() or ""
    ready.page.click("#why")

    def probability(text: str) -> float:
        ready.answer(text)
        ready.page.click("#more")
        row = ready.page.locator(f"#results li[data-label='{label}']")
        share = float(row.get_attribute("data-probability") or "nan")
        ready.page.click("#more")
        return 100 * share

    difference = probability(TEXT) - probability(TEXT.replace(name, "", 1))
    assert said == pytest.approx(difference, abs=0.06)


def test_another_label_is_explained_when_it_is_chosen(ready: Visit) -> None:
    ready.answer(TEXT)
    assert ready.page.locator("#results button").count() == 0
    ready.page.click("#why")
    pressed = ready.page.locator("#results button[aria-pressed=true]")
    expect(pressed).to_have_count(1)
    title = ready.page.locator("#why-panel h3")
    expect(title).to_contain_text(ready.first_label())
    second = ready.page.locator("#results button").nth(1)
    second.focus()
    ready.page.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(pressed).to_have_count(1)
    name = ready.page.locator("#results li").nth(1).get_attribute("data-label") or ""
    expect(title).to_contain_text(name)
    expect(second).to_be_focused()
    ready.page.click("#why")
    assert ready.page.locator("#results button").count() == 0


def test_a_number_stays_until_it_is_sent_away(ready: Visit) -> None:
    ready.answer(TEXT)
    ready.page.click("#why")
    tip, words = ready.page.locator(".tip"), ready.page.locator(".why-text .word")
    expect(words).not_to_have_count(0)
    words.nth(1).hover()
    expect(tip).to_have_text(re.compile(rf"^{re.escape(points_of(words.nth(1)))} points for "))
    tip.hover()  # WCAG 2.2, 1.4.13: hoverable
    ready.page.wait_for_timeout(400)
    expect(tip).to_be_visible()  # persistent
    ready.page.keyboard.press("Escape")  # dismissible
    expect(tip).to_be_hidden()
    ready.page.mouse.move(0, 0)
    words.first.focus()
    expect(tip).to_contain_text(points_of(words.first))
    ready.page.keyboard.press("End")
    expect(words.last).to_be_focused()
    expect(tip).to_contain_text(points_of(words.last))
    ready.page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    expect(words.last).to_be_focused()
    ready.page.keyboard.press("Enter")
    expect(tip).to_be_visible()
    ready.page.keyboard.press("Tab")  # all words are one stop
    expect(ready.page.locator(".numbers summary")).to_be_focused()
    expect(tip).to_be_hidden()
    ready.page.click("#why")


def points_of(word: Any) -> str:
    return word.get_attribute("data-points") or ""


def test_the_next_text_takes_the_place_of_an_explanation_in_silence(ready: Visit) -> None:
    ready.answer(TEXT)
    ready.page.click("#why")
    drawn = ready.page.locator(".why-text")
    for end in range(10, len(RIVALS), 7):
        ready.page.fill("#text", RIVALS[:end])
    ready.page.fill("#text", RIVALS)
    assert drawn.count() == 0 or drawn.text_content() != TEXT
    expect(drawn).to_have_text(RIVALS)
    assert ready.page.locator("#why-panel [role=alert]").count() == 0
    assert ready.page.locator("body").get_attribute("data-state") == "ready"
    ready.page.click("#why")


def test_what_was_not_read_is_told_from_what_was(ready: Visit) -> None:
    text = "There was a hair in my soup. " * 30
    ready.answer(text)
    ready.page.click("#why")
    drawn = ready.page.locator(".why-text")
    expect(drawn.locator(".cut-mark")).to_have_count(1, timeout=60_000)
    unread = drawn.locator(".unread").all_text_contents()
    assert unread and text.endswith("".join(unread)) and 100 < len("".join(unread)) < len(text)
    ready.page.click("#why")


def test_an_answer_can_be_taken_along(fresh: Visit, bundle: dict[str, Any]) -> None:
    fresh.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    label = fresh.answer(LINES)
    percent = fresh.page.locator("#results .percent").first.inner_text()

    def copied(kind: str) -> str:
        fresh.page.evaluate("navigator.clipboard.writeText('')")
        fresh.page.click(f"[data-copy={kind}]")
        expect(fresh.page.locator("#copied")).to_contain_text("copied")
        return fresh.page.evaluate("navigator.clipboard.readText()")

    assert copied("text").startswith(f"{LINES}\n\n") and f"\n{label} {percent}\n" in copied("text")
    answer = json.loads(copied("json"))
    assert (answer["text"], answer["label"]) == (LINES, label)
    assert len(answer["scores"]) == len(bundle["labels"])
    assert answer["model"] == {"run": bundle["card"]["run"], "version": bundle["version"]}
    link = copied("link")
    assert link == f"{fresh.address}#text={quote(LINES, safe='')}"
    requests = len(fresh.requests)
    fresh.answer(TEXT)
    fresh.page.evaluate("link => { location.href = link; }", link)
    expect(fresh.page.locator("#text")).to_have_value(LINES)
    expect(fresh.page.locator("#results li").first).to_have_attribute("data-label", label)
    assert {url.removeprefix(fresh.address) for url in fresh.requests[requests:]} <= {
        "icons/icon.svg"
    }
    fresh.page.fill("#text", "word " * 2000)
    expect(fresh.page.locator("#copied")).to_be_hidden()
    expect(fresh.page.locator("#truncation-text")).to_be_visible()
    fresh.page.click("[data-copy=link]")
    expect(fresh.page.locator("#copied")).to_contain_text("too long for a link")


def test_a_browser_that_copies_nothing_is_no_secret(fresh: Visit) -> None:
    fresh.answer(TEXT)
    refuse = "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    fresh.page.evaluate(refuse)
    fresh.page.click("[data-copy=text]")
    expect(fresh.page.locator("#copied p")).to_contain_text("did not let this page copy")
    box = fresh.page.locator("#copied textarea")
    assert box.input_value().startswith(TEXT)
    expect(box).to_be_focused()


def test_a_link_brings_its_text_and_the_server_does_not_hear_of_it(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        linked = visit(context, f"{served.address}#text={quote(TEXT)}")
        linked.wait_for("ready")
        linked.expect_answer()
        assert linked.page.input_value("#text") == TEXT
        assert [url for url in linked.requests if quote(TEXT) in url.partition("#")[0]] == []


def test_a_shared_text_is_taken_out_of_the_address(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        shared = visit(context, f"{served.address}?title=News&text={quote(TEXT)}&url=")
        shared.wait_for("ready")
        shared.expect_answer()
        assert shared.page.input_value("#text") == TEXT
        assert shared.page.url == served.address
        behind = [url for url in shared.requests if "News" in url]
        assert len(behind) == 1  # the page itself, where nothing is stored yet
        shared.wait_until_stored()
        shared.page.context.set_offline(True)
        shared.page.goto(f"{served.address}?text={quote(LINES)}")
        shared.wait_for("ready")
        expect(shared.page.locator("#text")).to_have_value(LINES)
        assert shared.page.url == served.address


def test_texts_of_this_visit_can_be_come_back_to_and_forgotten(fresh: Visit) -> None:
    history = fresh.page.locator("#history")
    expect(history).to_be_hidden()
    first = fresh.answer(TEXT)
    expect(history).to_be_visible()
    fresh.answer(RIVALS)
    expect(fresh.page.locator("#history-title")).to_have_text("Earlier in this visit (2)")
    fresh.page.click("#history-title")
    entries = fresh.page.locator("#entries button")
    expect(entries.first).to_contain_text(RIVALS)
    entries.nth(1).click()
    expect(fresh.page.locator("#text")).to_have_value(TEXT)
    expect(fresh.page.locator("#text")).to_be_focused()
    expect(fresh.page.locator("#results li").first).to_have_attribute("data-label", first)
    expect(entries.first).to_contain_text(TEXT)
    expect(entries).to_have_count(2)
    fresh.page.click("#forget")
    expect(history).to_be_hidden()
    expect(fresh.page.locator("#text")).to_be_focused()
    kept = "() => [localStorage.length, sessionStorage.length, document.cookie]"
    assert fresh.page.evaluate(kept) == [0, 0, ""]


def test_it_all_goes_by_keyboard(ready: Visit) -> None:
    ready.answer(TEXT)
    ready.page.locator("#text").focus()
    passed = []
    for _ in range(5):
        ready.page.keyboard.press("Tab")
        passed.append(
            ready.page.evaluate("document.activeElement.id || document.activeElement.dataset.copy")
        )
    assert passed == ["why", "more", "text", "json", "link"]

"""The card of the model: read without a program, on any screen, on paper, offline."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from export.browser.server import serve
from tests.web.axe import LOOKS, check_every_look, look
from tests.web.test_accessibility import READABLE, luminance
from tests.web.visiting import NO_STORE, RECORD_VIOLATIONS, visit
from training.run.artifact import Artifact
from training.run.files import read_json

pytestmark = pytest.mark.slow

CARD = "card.html"
# The numbers in the cells of the confusion matrix: their colour, that of the shade behind them with
# how much of it there is, and that of the ground behind all.
NUMBERS = """() => [...document.querySelectorAll("svg.heat text[class^='on-']")].map((number) => {
  const shade = getComputedStyle(number.previousElementSibling);
  const ground = document.querySelector("svg.heat .ground");
  const [fill, under] = [getComputedStyle(number).fill, getComputedStyle(ground).fill];
  return [fill, shade.fill, Number(shade.fillOpacity), under];
})"""


def open_card(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.add_init_script(RECORD_VIOLATIONS)
    page.goto(address + CARD)
    return page


def channels(colour: str) -> list[float]:
    return [float(value) for value in re.findall(r"[\d.]+", colour)[:3]]


def contrast_on(colour: str, shade: str, opacity: float, under: str) -> float:
    """Of a colour on a shade that is laid, as far as it is opaque, over a ground."""
    laid = zip(channels(shade), channels(under), strict=True)
    mixed = [round(opacity * a + (1 - opacity) * b) for a, b in laid]
    darker, lighter = sorted((luminance(colour), luminance(f"rgb({mixed})")))
    return (lighter + 0.05) / (darker + 0.05)


def test_without_javascript_all_of_it_can_be_read(
    browser: Browser, built_site: Path, browser_artifact: Artifact, bundle: dict[str, Any]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    with serve(built_site) as served:
        page = context.new_page()
        page.goto(served.address)
        page.locator("footer a", has_text="Model card").click()
        expect(page).to_have_url(served.address + CARD)
        expect(page.locator("h1")).to_have_text("Model card")
        expect(page.get_by_text("no diagnosis").first).to_be_visible()
        for picture in page.locator("svg[role=img]").all():
            assert (picture.bounding_box() or {"width": 0})["width"] > 300
        classes = page.locator("table", has_text="Precision").locator("tbody th")
        assert sorted(classes.all_inner_texts()) == sorted(bundle["labels"])
        record = read_json(browser_artifact.metrics("test"))
        row = page.locator("tr", has_text="test").first
        expect(row).to_contain_text(f"{record['macro_f1']:.3f}")
    context.close()


def test_axe_finds_nothing_and_nothing_is_refused(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        page = open_card(context, served.address)
        check_every_look(page)
        for details in page.locator("details").all():
            details.locator("summary").click()
        check_every_look(page)
        assert page.evaluate("violations") == []


def test_numbers_can_be_read_on_every_shade_in_every_look(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        page = open_card(context, served.address)
        for name in LOOKS:
            with look(page, name):
                numbers = page.evaluate(NUMBERS)
                assert len({(shade, opacity) for _, shade, opacity, _ in numbers}) >= 4
                assert min(contrast_on(*number) for number in numbers) >= READABLE, name


def test_what_is_wider_than_the_screen_is_moved_by_keyboard(
    context: BrowserContext, built_site: Path
) -> None:
    with serve(built_site) as served:
        page = open_card(context, served.address)
        page.set_viewport_size({"width": 320, "height": 800})
        wide = page.locator(".scroll", has=page.locator("svg.heat"))
        wide.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("(node) => node.scrollLeft > 0", arg=wide.element_handle())


def test_on_paper_it_is_dark_on_light_and_nothing_is_cut_off_or_folded_up(
    browser: Browser, built_site: Path
) -> None:
    context = browser.new_context(color_scheme="dark", viewport={"width": 680, "height": 960})
    with serve(built_site) as served:
        page = open_card(context, served.address)
        page.emulate_media(media="print", color_scheme="dark")
        ink, paper = page.evaluate(
            "() => { const { color, backgroundColor } = getComputedStyle(document.body);"
            " return [color, backgroundColor]; }"
        )
        assert luminance(ink) < 0.05 < 0.95 < luminance(paper)
        folded = page.locator("details table")
        assert folded.count() == 2
        for table in folded.all():
            expect(table).to_be_visible()
        cut_off = """() => [...document.querySelectorAll(".scroll")].filter((one) =>
          getComputedStyle(one).overflowX !== "visible").length"""
        assert page.evaluate(cut_off) == 0
        widest = "() => Math.max(...[...document.querySelectorAll('svg')].map((one) =>"
        widest += " one.getBoundingClientRect().right)) - document.documentElement.clientWidth"
        assert page.evaluate(widest) <= 0
    context.close()


def test_it_is_there_without_the_network_at_any_of_its_places(
    context: BrowserContext, site: Path
) -> None:
    with serve(site, headers=NO_STORE) as served:
        first = visit(context, served.address)
        first.wait_until_stored()
        address = served.address
    page = context.new_page()
    for place in ("", "#confusion"):
        page.goto(address + CARD + place)
        expect(page.locator("h1")).to_have_text("Model card")
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.card h2')).fontWeight")
            == "600"
        )

"""What the page tells those who see it otherwise: in other colours, or by ear."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from export.browser.server import serve
from tests.web.visiting import Visit, visit

pytestmark = pytest.mark.slow

TEXT = "I packed my bags a week early and checked the list three times."
OTHER = "There was a hair and half a cockroach in my soup."
VISIBLE = 3.0  # WCAG 2.2, 1.4.11: contrast of what is not text
READABLE = 4.5  # 1.4.3: of text

# A colour of an element or of its pseudo-element, and the ground around it; both opaque.
COLOURS = """([selector, property, pseudo, outside]) => {
  const element = document.querySelector(selector);
  const ground = (node) => {
    const color = getComputedStyle(node).backgroundColor;
    return /, 0\\)$/.test(color) && node.parentElement ? ground(node.parentElement) : color;
  };
  const color = getComputedStyle(element, pseudo)[property];
  return [color, ground(outside ? element.parentElement : element)];
}"""

# Every text that enters a live region.
LISTEN = """
globalThis.spoken = [];
addEventListener("DOMContentLoaded", () => {
  for (const region of document.querySelectorAll("[aria-live]")) {
    const note = () => { if (region.textContent) spoken.push(region.textContent); };
    new MutationObserver(note).observe(region, { childList: true, characterData: true });
  }
});
"""


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of an opaque ``rgb(…)``."""
    red, green, blue = (int(value) / 255 for value in re.findall(r"\d+", colour)[:3])
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(
    page: Page, selector: str, property: str, pseudo: str = "", *, outside: bool = False
) -> float:
    colours = page.evaluate(COLOURS, [selector, property, pseudo or None, outside])
    darker, lighter = sorted(map(luminance, colours))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_of_contrast_is_right() -> None:
    assert luminance("rgb(255, 255, 255)") == pytest.approx(1)
    assert luminance("rgb(0, 0, 0)") == 0
    # WebAIM's example of a grey that just fails 4.5 : 1 on white.
    assert 1.05 / (luminance("rgb(119, 119, 119)") + 0.05) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("control", [".sheet", ".chip"])
def test_what_can_be_used_has_an_edge_that_can_be_seen(
    ready: Visit, scheme: str, control: str
) -> None:
    ready.answer(TEXT)
    with ready.seen(color_scheme=scheme) as page:
        for outside in (False, True):
            ratio = contrast(page, control, "borderTopColor", outside=outside)
            assert ratio >= VISIBLE, (control, outside)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_nothing_that_tells_is_invisible(ready: Visit, scheme: str) -> None:
    ready.answer(TEXT)
    with ready.seen(color_scheme=scheme, forced_colors="active") as page:
        for shape in ("#results li .bar", "#status"):
            assert contrast(page, shape, "backgroundColor", "::before") >= VISIBLE, shape
        page.evaluate("document.querySelector('#error').hidden = false")
        for control in (".sheet", ".chip", "#retry"):
            assert contrast(page, control, "borderTopColor", outside=True) >= VISIBLE, control
            assert contrast(page, control, "color") >= READABLE, control
        page.evaluate("document.querySelector('#error').hidden = true")
        ring = "({ outlineStyle, outlineWidth }) => outlineStyle + ' ' + outlineWidth"
        style = f"() => ({ring})(getComputedStyle(document.querySelector('.sheet')))"
        assert page.evaluate(style).startswith("none")
        page.locator("#text").focus()
        assert page.evaluate(style) == "solid 2px"
        assert contrast(page, ".sheet", "outlineColor", outside=True) >= VISIBLE


def test_the_percentages_are_for_everybody(ready: Visit) -> None:
    ready.answer(TEXT)
    rows = ready.page.locator("#results li")
    heard = ready.page.locator("#results").aria_snapshot()
    for row in rows.all():
        label, percent = row.get_attribute("data-label"), row.locator(".percent").inner_text()
        assert re.search(rf"\b{label}\b.*{re.escape(percent)}", heard), heard


def test_it_is_said_once_that_the_model_is_ready(context: BrowserContext, built_site: Path) -> None:
    context.add_init_script(LISTEN)
    with serve(built_site) as served:
        page = visit(context, served.address)
        page.wait_for("ready")
        page.page.wait_for_timeout(1500)
        assert page.page.evaluate("spoken") == ["The model is ready."]


def test_near_synonyms_of_the_answer_are_said_with_it(
    context: BrowserContext, built_site: Path
) -> None:
    context.add_init_script(LISTEN)
    with serve(built_site) as served:
        page = visit(context, served.address)
        page.wait_for("ready")
        page.answer("Someone keyed my car in the parking lot and just drove off.")
        sentence = page.page.locator("#kin p").first
        expect(sentence).to_be_visible()
        page.soon("spoken.length > 1")
        (_, answer) = page.page.evaluate("spoken")
        assert answer.endswith(f"%. {sentence.inner_text()}")


def test_each_settled_text_is_answered_once_by_ear(
    context: BrowserContext, built_site: Path
) -> None:
    context.add_init_script(LISTEN)
    with serve(built_site) as served:
        page = visit(context, served.address)
        page.wait_for("ready")
        page.page.locator("#text").press_sequentially(OTHER, delay=20)
        expect(page.page.locator("#results li").first).to_have_attribute("data-label", "disgusted")
        page.page.fill("#text", TEXT)  # before the answer to the other was said
        page.page.wait_for_timeout(2500)
        ready, *answers = page.page.evaluate("spoken")
        assert ready == "The model is ready."
        assert len(answers) == 1 and answers[0].startswith("Most likely prepared, ")
        page.page.fill("#text", "")
        page.page.wait_for_timeout(1500)
        assert page.page.locator("[aria-live]").all_inner_texts() == [ready, ""]

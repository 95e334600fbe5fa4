"""The custom element by itself, on a classifier that the test plays."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from export.browser.server import serve
from training.run.files import ROOT

pytestmark = pytest.mark.slow

# Neither inline styles nor markup from strings.
POLICY = {"Content-Security-Policy": "default-src 'self'; require-trusted-types-for 'script'"}
VISIBLE = 3.0  # WCAG 2.2, 1.4.11: contrast of what is not text
READABLE = 4.5  # 1.4.3: of text

# Answers with the text's length as a label; what it does is noted in ``fake``.
FAKE = """
import { defineTextClassifier } from "./element/define.js";
const nothing = { loads: [], calls: [], disposed: 0, delay: 0, events: [] };
const fake = (globalThis.fake = { ...nothing, ...globalThis.fake });
export async function loadClassifier(url, { onProgress, signal }) {
  fake.loads.push(new URL(url).pathname);
  signal.addEventListener("abort", () => (fake.aborted = true));
  onProgress({ loadedBytes: 1_000_000, totalBytes: 4_000_000, phase: "download" });
  if (fake.waits) await new Promise((resolve) => (fake.go = resolve));
  if (fake.broken) throw Object.assign(new Error("There is no model."), { code: "not-found" });
  return { classify, dispose: () => (fake.disposed += 1) };
}
async function classify(text, { top }) {
  fake.calls.push(text);
  await new Promise((resolve) => setTimeout(resolve, fake.delay));
  if (fake.crash) throw Object.assign(new Error("It stopped."), { code: "crash" });
  const label = `${text.length} units`;
  const scores = [[label, 0.7], ["b", 0.1], ["c", 0.1], ["d", 0.1]].slice(0, top);
  const rows = scores.map(([label, probability]) => ({ label, probability }));
  return { ...rows[0], unsure: text === "?", truncated: text.length > 20, scores: rows };
}
for (const type of ["result", "error"]) {
  addEventListener(type, ({ detail }) => detail && fake.events.push([type, detail]));
  document.addEventListener(type, ({ target, detail }) => {
    if (type === "error") fake.events.push(["heard", target.id, detail.code, detail.message]);
  }, true);
}
if (!globalThis.late) defineTextClassifier("text-classifier", loadClassifier);
"""
RECORD_VIOLATIONS = """
globalThis.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
"""
Opener = Callable[..., Page]


@pytest.fixture
def open_page(context: BrowserContext, tmp_path: Path) -> Iterator[Opener]:
    """Open a page with this markup in its body."""
    shutil.copytree(ROOT / "web" / "classifier" / "element", tmp_path / "element")
    (tmp_path / "fake.js").write_text(FAKE)
    with serve(tmp_path, headers=POLICY) as served:

        def open_page(markup: str, before: str = "") -> Page:
            head = '<meta charset="utf-8"><title>t</title>'
            script = '<script type="module" src="fake.js"></script>'
            (tmp_path / "index.html").write_text(
                f"<!doctype html><html lang=en>{head}<body>{markup}{script}"
            )
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.add_init_script(RECORD_VIOLATIONS + before)
            page.goto(served.address)
            return page

        yield open_page


def one(attributes: str = "") -> str:
    return f'<text-classifier id="a" src="m/bundle.json" {attributes}></text-classifier>'


def element(page: Page, expression: str, place: str = "#a") -> object:
    return page.evaluate(
        f"(place) => {{ const e = document.querySelector(place); {expression} }}", place
    )


def box_of(page: Page) -> Locator:
    return page.locator("#a").get_by_role("textbox")


def value_of(page: Page) -> object:
    """What a form sends."""
    return page.evaluate("[...new FormData(document.forms[0]).entries()]")


def test_a_text_is_answered_where_it_is_typed_under_a_strict_policy(open_page: Opener) -> None:
    page = open_page(one('label="Your text" placeholder="A sentence" top="2"'))
    box = page.get_by_label("Your text")
    expect(box).to_have_attribute("placeholder", "A sentence")
    box.press_sequentially("hello")
    expect(page.locator("#a [part=row]")).to_have_count(2)
    expect(page.locator("#a [part=row]").first).to_have_text("5 units70.0%")
    ((kind, detail),) = page.evaluate("fake.events")
    assert kind == "result"
    assert (detail["text"], detail["label"], len(detail["scores"])) == ("hello", "5 units", 2)
    assert element(page, "return [e.text, e.value, e.state]") == ["hello", "5 units", "ready"]
    assert box.evaluate("box => getComputedStyle(box).display") == "block"  # it has its style
    assert page.evaluate("violations") == []
    box.fill("")
    expect(page.locator("#a [part=row]")).to_have_count(0)
    assert element(page, "return [e.value, e.result]") == ["", None]


def test_more_rows_when_more_are_asked_for(open_page: Opener) -> None:
    page = open_page(one('label="T"'))
    box_of(page).fill("hello")
    expect(page.locator("#a [part=row]")).to_have_count(3)
    element(page, "e.top = 4")
    expect(page.locator("#a [part=row]")).to_have_count(4)
    element(page, "e.setAttribute('top', 'many')")
    expect(page.locator("#a [part=row]")).to_have_count(3)


def test_a_slow_model_gets_the_newest_text_alone(open_page: Opener) -> None:
    page = open_page(one('label="T"'), "globalThis.fake = { delay: 600 }")
    box = box_of(page)
    box.fill("a")
    page.wait_for_function("() => fake.calls.length === 1")
    for text in ("ab", "abc", "abcd"):
        box.fill(text)
        page.wait_for_timeout(130)
    expect(page.locator("#a [part=row]").first).to_contain_text("4 units")
    assert page.evaluate("fake.calls") == ["a", "abcd"]
    assert [detail["text"] for _, detail in page.evaluate("fake.events")] == ["abcd"]


def test_a_form_gets_the_label_of_the_text_that_stands_there(open_page: Opener) -> None:
    page = open_page(f"<form>{one('name=mood label=T required')}</form>")
    box = box_of(page)
    assert element(page, "return [e.form === document.forms[0], e.validity.valueMissing]") == [
        True,
        True,
    ]
    box.fill("hello")
    expect(page.locator("#a [part=row]").first).to_contain_text("5 units")
    assert value_of(page) == [["mood", "5 units"]]
    assert element(page, "return e.checkValidity()") is True
    page.evaluate("fake.delay = 500")
    box.fill("hello you")
    assert value_of(page) == []  # until the answer to this one is there
    assert element(page, "return e.checkValidity()") is False
    expect(page.locator("#a [part=row]").first).to_contain_text("9 units")
    assert value_of(page) == [["mood", "9 units"]]
    page.evaluate("document.forms[0].reset()")
    assert value_of(page) == []
    expect(box).to_have_value("")
    expect(page.locator("#a [part=row]")).to_have_count(0)


def test_a_fieldset_disables_it_and_a_label_outside_names_it(open_page: Opener) -> None:
    page = open_page(f"<fieldset disabled><label for=a>Outside</label>{one()}</fieldset>")
    box = page.locator("#a").get_by_role("textbox")
    expect(box).to_be_disabled()
    page.evaluate("document.querySelector('fieldset').disabled = false")
    expect(box).to_be_enabled()
    page.get_by_text("Outside").click()
    expect(box).to_be_focused()
    expect(box).to_have_accessible_name("Outside")


def test_two_with_one_bundle_share_one_engine_until_both_are_gone(open_page: Opener) -> None:
    page = open_page(
        one()
        + '<text-classifier id="b" src="m/bundle.json"></text-classifier>'
        + '<text-classifier id="c" src="other/bundle.json"></text-classifier>'
    )
    page.wait_for_function("() => ['a', 'b', 'c'].every((id) => window[id].state === 'ready')")
    assert page.evaluate("fake.loads") == ["/m/bundle.json", "/other/bundle.json"]
    page.evaluate("document.body.prepend(b)")  # moved, not gone
    page.evaluate("a.remove()")
    page.wait_for_timeout(100)
    assert page.evaluate("fake.disposed") == 0
    page.locator("#b").get_by_role("textbox").fill("hello")
    expect(page.locator("#b [part=row]").first).to_contain_text("5 units")
    page.evaluate("(globalThis.kept = b).remove()")
    page.wait_for_function("() => fake.disposed === 1")
    page.evaluate("document.body.append(kept)")
    page.wait_for_function("() => kept.state === 'ready'")
    assert page.evaluate("fake.loads.length") == 3


def test_one_that_goes_while_its_model_loads_stops_the_download(open_page: Opener) -> None:
    page = open_page(
        one(),
        "globalThis.fake = { waits: true }",
    )
    expect(page.locator("#a [part=status]")).to_have_text("Loading the model: 1.0 of 4.0 MB")
    page.evaluate("a.remove()")
    page.wait_for_function("() => fake.aborted")
    page.evaluate("fake.go()")
    page.wait_for_function("() => fake.disposed === 1")


def test_a_failure_is_said_and_can_be_tried_again(open_page: Opener) -> None:
    page = open_page(
        one('label="T"') + '<text-classifier id="b" src="m/bundle.json"></text-classifier>',
        "globalThis.fake = { broken: true }",
    )
    page.wait_for_function("() => a.state === 'error' && b.state === 'error'")
    expect(page.locator("#a").get_by_role("alert")).to_contain_text("There is no model.")
    # Heard on the elements alone: on the window an error is one of the page's scripts.
    assert page.evaluate("fake.events") == [
        ["heard", "a", "not-found", "There is no model."],
        ["heard", "b", "not-found", "There is no model."],
    ]
    box = box_of(page)
    box.fill("hello")
    page.evaluate("fake.broken = false")
    page.locator("#a").get_by_role("button", name="Try again").click()
    expect(page.locator("#a [part=row]").first).to_contain_text("5 units")
    expect(page.locator("#a").get_by_role("alert")).to_be_hidden()
    expect(box).to_be_focused()
    page.locator("#b").get_by_role("button", name="Try again").click()
    page.wait_for_function("() => b.state === 'ready'")
    assert page.evaluate("fake.loads.length") == 2  # b took the engine that a has


def test_an_engine_that_stops_is_replaced(open_page: Opener) -> None:
    page = open_page(one('label="T"'))
    page.wait_for_function("() => a.state === 'ready'")
    page.evaluate("fake.crash = true")
    box_of(page).fill("hello")
    expect(page.locator("#a").get_by_role("alert")).to_contain_text("It stopped.")
    expect(page.locator("#a [part=row]")).to_have_count(0)
    page.evaluate("fake.crash = false")
    page.locator("#a").get_by_role("button", name="Try again").click()
    expect(page.locator("#a [part=row]").first).to_contain_text("5 units")
    assert page.evaluate("[fake.loads.length, fake.disposed]") == [2, 1]


def test_attributes_may_come_late_and_change(open_page: Opener) -> None:
    page = open_page("<div></div>")
    page.evaluate("""() => {
      const late = document.createElement("text-classifier");
      late.id = "a";
      document.body.append(late);
      late.setAttribute("label", "T");
      late.setAttribute("src", "m/bundle.json");
      late.text = "hello";
    }""")
    expect(page.locator("#a [part=row]").first).to_contain_text("5 units")
    element(page, "e.src = 'other/bundle.json'")
    page.wait_for_function("() => a.state === 'ready' && fake.disposed === 1")
    assert page.evaluate("fake.loads") == ["/m/bundle.json", "/other/bundle.json"]


def test_properties_set_before_it_is_defined_are_taken_over(open_page: Opener) -> None:
    page = open_page('<text-classifier id="a"></text-classifier>', "globalThis.late = true")
    page.evaluate("Object.assign(a, { src: 'm/bundle.json', text: 'hello', top: 1 })")
    page.evaluate("""async () => {
      const { defineTextClassifier } = await import("./element/define.js");
      const { loadClassifier } = await import("./fake.js");
      defineTextClassifier("text-classifier", loadClassifier);
      defineTextClassifier("text-classifier", loadClassifier); // the name is taken
    }""")
    expect(page.locator("#a [part=row]")).to_have_text(["5 units70.0%"])
    assert page.evaluate("a.src") == "m/bundle.json"


def test_each_settled_text_is_answered_once_by_ear(open_page: Opener) -> None:
    page = open_page(one('label="T"'))
    page.evaluate("""() => {
      globalThis.spoken = [];
      const region = a.shadowRoot.querySelector("[aria-live]");
      const note = () => region.textContent && spoken.push(region.textContent);
      new MutationObserver(note).observe(region, { childList: true, characterData: true });
    }""")
    box = box_of(page)
    box.press_sequentially("hello there", delay=30)
    expect(page.locator("#a [part=row]").first).to_contain_text("11 units")
    box.fill("a text that the model reads in part")  # before the answer to the other was said
    page.wait_for_timeout(1800)
    spoken = ["Most likely 35 units, 70.0%. Only the beginning of the text was read."]
    assert page.evaluate("spoken") == spoken
    box.fill("?")
    page.wait_for_timeout(1800)
    assert page.evaluate("spoken") == [*spoken, "Not sure, perhaps 1 units, 70.0%."]
    assert page.locator("#a").aria_snapshot() == "\n".join(
        [
            "- text: T",
            '- textbox "T": "?"',
            "- paragraph: Not sure, perhaps",
            '- list "Not sure, perhaps":',
            "  - listitem: 1 units 70.0%",
            "  - listitem: b 10.0%",
            "  - listitem: c 10.0%",
            "- paragraph: Not sure, perhaps 1 units, 70.0%.",
        ]
    )


def test_a_text_runs_in_its_own_direction(open_page: Opener) -> None:
    page = open_page(one('label="T"'))
    box = box_of(page)
    for text, direction in (("hello", "ltr"), ("שלום", "rtl")):
        box.fill(text)
        assert box.evaluate("box => getComputedStyle(box).direction") == direction


# What a colour looks like over a ground, as the browser blends it.
CONTRAST = """([selector, property, ground]) => {
  const style = getComputedStyle(a.shadowRoot.querySelector(selector));
  const canvas = document.createElement("canvas").getContext("2d");
  const luminance = (...colours) => {
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    const [r, g, b] = Array.from(canvas.getImageData(0, 0, 1, 1).data, (v) => {
      const c = v / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low, high] = [luminance(ground), luminance(ground, style[property])].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}"""


@pytest.mark.parametrize(
    ("ink", "ground"), [("black", "white"), ("#1d2427", "#f3f4f1"), ("#eceee9", "#15191b")]
)
def test_what_tells_can_be_seen_on_any_page(open_page: Opener, ink: str, ground: str) -> None:
    page = open_page(one('label="T"'))
    page.evaluate(f"document.body.style.cssText = 'color: {ink}; background: {ground}'")
    box_of(page).fill("hello")
    expect(page.locator("#a [part=row]")).to_have_count(3)
    for selector, property, least in (
        ("textarea", "borderTopColor", VISIBLE),
        ("[part=fill]", "backgroundColor", VISIBLE),
        ("[part=title]", "color", READABLE),
    ):
        assert page.evaluate(CONTRAST, [selector, property, ground]) >= least, selector


def test_a_page_styles_it_by_parts_and_properties(open_page: Opener) -> None:
    page = open_page(one('label="T"'))
    page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`text-classifier { --text-classifier-bar: rgb(1, 2, 3); }
        text-classifier::part(text) { border-radius: 7px; }`);
      document.adoptedStyleSheets = [sheet];
    }""")
    box_of(page).fill("hello")
    bar = page.locator("#a [part=fill]").first
    assert bar.evaluate("bar => getComputedStyle(bar).backgroundColor") == "rgb(1, 2, 3)"
    assert box_of(page).evaluate("b => getComputedStyle(b).borderTopLeftRadius") == "7px"

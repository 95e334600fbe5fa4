"""Pictures of the built page in every state that a person meets, in every look."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from export.browser.launch import launch_browser
from export.browser.server import serve

if TYPE_CHECKING:
    from playwright.sync_api import Page

LOOKS: dict[str, dict[str, Any]] = {
    "desktop-light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "desktop-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone-light": {"viewport": {"width": 360, "height": 740}, "color_scheme": "light"},
    "phone-dark": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}
_LOADED_WITHIN = 60_000  # milliseconds
_READY = 'body[data-state="ready"]'
_UNSURE = "It was a day like any other, and then the letter came."


def take_screens(site: Path, out: Path) -> Iterator[Path]:
    """Write one PNG for each state and look into ``out``; each path as soon as it is there.

    Args:
        site: a built site.
        out: a folder that exists.

    Raises:
        InputError: there is no Chromium.
    """
    with serve(site) as host, launch_browser() as browser:
        for look, options in LOOKS.items():
            context = browser.new_context(**options, reduced_motion="reduce")
            page = context.new_page()
            page.goto(host.address, wait_until="commit")
            page.wait_for_selector(_READY, timeout=_LOADED_WITHIN)
            for name, arrange in STATES.items():
                arrange(page)
                page.wait_for_timeout(300)  # what glides has arrived
                path = out / f"{name}-{look}.png"
                page.screenshot(path=path, full_page=True)
                yield path
            context.close()


def _type(text: str) -> Callable[["Page"], None]:
    def arrange(page: "Page") -> None:
        page.fill("#text", text)
        page.wait_for_selector("#results li")
        page.wait_for_selector("#more")  # what comes with the first answer

    return arrange


def _examples(page: "Page") -> list[str]:
    return [chip.inner_text() for chip in page.locator("#examples button").all()]


def _first_example(page: "Page") -> None:
    _type(_examples(page)[0])(page)


def _explain(page: "Page") -> None:
    page.click("#why")
    page.wait_for_selector(".why-text")


def _all_labels(page: "Page") -> None:
    page.click("#more")


def _cut(page: "Page") -> None:
    page.click("#more")
    _type(" ".join(_examples(page) * 4))(page)


def _preview(page: "Page") -> None:
    page.fill("#text", "")
    page.click("#batch > summary")
    texts = _examples(page)
    labels = page.evaluate("async () => (await (await fetch('model/bundle.json')).json()).labels")
    rows = [f'"{text}",{labels[place % len(labels)]}' for place, text in enumerate(texts * 4)]
    table = "\n".join(["text,label", *rows]).encode()
    file = {"name": "table.csv", "mimeType": "text/csv", "buffer": table}
    page.wait_for_selector("#batch-choose:not([hidden])")
    page.set_input_files("#batch-file", files=[file])
    page.wait_for_selector("#batch-start")


def _results(page: "Page") -> None:
    page.click("#batch-start")
    page.wait_for_selector("#batch-csv", timeout=_LOADED_WITHIN)
    for part in page.locator("#batch-compared details").all():
        part.locator("summary").first.click()


def _verified(page: "Page") -> None:
    page.click("#batch > summary")
    page.click("#proof > summary")
    page.click("#verify-start:enabled")
    page.wait_for_selector("#verify-result:not(:empty)", timeout=_LOADED_WITHIN)


def _about(page: "Page") -> None:
    page.click("#proof > summary")
    page.click("#about > summary")
    page.wait_for_selector("#facts dt")


def _card(page: "Page") -> None:
    page.goto(page.evaluate("new URL('card.html', document.baseURI).href"))


# In the order in which they follow from each other.
STATES: dict[str, Callable[["Page"], None]] = {
    "empty": lambda page: None,
    "answer": _first_example,
    "why": _explain,
    "labels": _all_labels,
    "unsure": _type(_UNSURE),
    "cut": _cut,
    "table": _preview,
    "table-answers": _results,
    "proof": _verified,
    "about": _about,
    "card": _card,
}

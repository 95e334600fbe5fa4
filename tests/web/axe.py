"""What axe-core finds on a page, in every way in which people look at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from playwright.sync_api import Page

from export.site.build import WEB_DIR
from export.site.npm import install_packages

# Name → how the page is looked at: width, colours, size of text.
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "forced dark colours": {"forced_colors": "active", "color_scheme": "dark"},
    "320 px": {"width": 320},
    "200 % text": {"text": 200},
}
# All rules that axe has switched on, and the one of WCAG 2.2 that it has not.
_RUN = """async () => {
  const rules = { "target-size": { enabled: true } };
  const { violations, passes } = await axe.run({ rules });
  const why = ({ any, all, none }) => [...any, ...all, ...none].map(({ message }) => message);
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id} at ${node.target.join(" ")}: ${why(node).join("; ")}`));
  return { found, passes: passes.length };
}"""
_ZOOM = "(percent) => { document.documentElement.style.fontSize = percent ? `${percent}%` : ''; }"
_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache
def _source() -> str:
    install_packages(WEB_DIR, ["axe-core"])
    return (WEB_DIR / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def check_axe(page: Page) -> None:
    """Assert that axe-core finds nothing on the page as it stands.

    The policy of the page forbids inline scripts; what the debugger evaluates is not bound by it.
    """
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(_source())
    result = page.evaluate(_RUN)
    # This module is no test: pytest does not say by itself what an assertion has seen here.
    assert result["passes"] > 0, "axe-core has looked at nothing"
    assert result["found"] == [], "\n".join(result["found"])


@contextmanager
def look(page: Page, name: str) -> Iterator[Page]:
    """The page in one of the ``LOOKS``; as it was before afterwards."""
    media = dict(LOOKS[name])
    width, text = media.pop("width", 1280), media.pop("text", None)
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(reduced_motion="reduce", **media)
    page.evaluate(_ZOOM, text)
    try:
        yield page
    finally:
        page.evaluate(_ZOOM, None)
        page.emulate_media(**dict.fromkeys(["reduced_motion", *media], "null"))
        page.set_viewport_size(before or {"width": width, "height": 800})


def check_every_look(page: Page) -> None:
    """Assert that axe-core finds nothing in any look, and that nothing is wider than the screen."""
    for name in LOOKS:
        with look(page, name):
            try:
                check_axe(page)
                assert page.evaluate(_OVERFLOW) <= 0, "wider than the screen"
            except AssertionError as error:
                raise AssertionError(f"{name}: {error}") from error

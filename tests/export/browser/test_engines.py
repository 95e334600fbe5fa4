import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from export.browser import webkit
from export.browser.engines import ENGINES, open_engine
from export.browser.launch import BrowserMissingError
from export.browser.server import serve
from export.browser.visit import PageVisit
from tests.engines import installed_engine
from training.run.errors import CheckError, InputError

PAGE = """<!doctype html><title>here</title><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="script-src 'self'">
<body data-state="loading"><textarea id="box">before</textarea>
<script src="page.js"></script>"""
SCRIPT = """globalThis.heard = [];
const box = document.querySelector("#box");
box.oninput = () => heard.push(box.value);
"""
TEXT = "Ein Tag, 東京 \U0001d11e"


def only(*present: str) -> Callable[[str], str | None]:
    """A PATH that holds these programs, none of which does anything."""
    return lambda name: shutil.which("false") if name in present else None


@pytest.mark.parametrize(
    ("present", "missing"), [([], "WebKitWebDriver"), (["WebKitWebDriver"], "Xvfb")]
)
def test_without_webkit_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, present: list[str], missing: str
) -> None:
    monkeypatch.setattr(webkit, "find_program", only(*present))
    with (
        pytest.raises(BrowserMissingError, match=f"{missing} is missing; install it.*apt-get"),
        open_engine("webkit"),
    ):
        pass


def test_a_screen_that_does_not_start_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webkit, "find_program", only("WebKitWebDriver", "Xvfb"))
    with pytest.raises(InputError, match="false does not start") as got, open_engine("webkit"):
        pass
    assert not isinstance(got.value, BrowserMissingError)


@pytest.mark.slow
def test_a_driver_that_does_not_start_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if shutil.which("Xvfb") is None:
        pytest.skip("not tested without Xvfb")
    broken = {"WebKitWebDriver": shutil.which("false"), "Xvfb": shutil.which("Xvfb")}
    monkeypatch.setattr(webkit, "find_program", broken.get)
    with pytest.raises(InputError, match="false does not start") as got, open_engine("webkit"):
        pass
    assert "\n" not in str(got.value)


@pytest.mark.slow
@pytest.mark.parametrize("name", ENGINES)
def test_each_engine_does_what_a_tab_can(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "page.js").write_text(SCRIPT, encoding="utf-8")
    with serve(tmp_path) as site, installed_engine(name) as engine, engine.tab() as tab:
        assert engine.version.startswith(f"{ENGINES[name]} ") and engine.version[-1].isdigit()
        tab.open(site.address)
        assert tab.evaluate("() => document.title") == "here"
        assert tab.evaluate("async ([a, b]) => ({ sum: a + b })", [1, 2.5]) == {"sum": 3.5}
        assert tab.evaluate("() => undefined") is None
        with pytest.raises(Exception, match="no such thing"):
            tab.evaluate("async () => { throw new Error('no such thing'); }")
        for text in (TEXT, ""):
            tab.type("#box", text)
            assert tab.evaluate("() => heard.at(-1)") == text
        tab.evaluate("() => { document.title = 'changed'; }")
        tab.reload()
        assert tab.evaluate("() => document.title") == "here"
        monkeypatch.setattr("export.browser.visit._PATIENCE", 0.1)
        with pytest.raises(CheckError, match="'loading' and not 'ready'"):
            PageVisit(tab, site.address).wait_until_ready()

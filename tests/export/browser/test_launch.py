import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from export.browser import launch
from export.browser.launch import launch_browser, launch_firefox, launch_options
from training.run.errors import InputError

ENGINES = ("chromium", "firefox")


def find(*names: str) -> Callable[[str], str | None]:
    """A PATH that holds programs of these names and no others."""
    return lambda name: f"/usr/bin/{name}" if name in names else None


def engine(name: str, own: Path) -> SimpleNamespace:
    """What Playwright knows of an engine, its own executable being ``own``."""
    return SimpleNamespace(name=name, executable_path=str(own))


@pytest.mark.parametrize("name", ENGINES)
def test_without_any_browser_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setattr(launch.shutil, "which", find())
    with pytest.raises(InputError, match=f"(?i)no {name} found; install it"):
        launch_options(engine(name, tmp_path / "absent"))


@pytest.mark.parametrize("name", ENGINES)
def test_the_browser_that_playwright_brought_serves_where_none_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    own = tmp_path / name
    own.touch()
    monkeypatch.setattr(launch.shutil, "which", find())
    options = launch_options(engine(name, own))
    assert options["executable_path"] == str(own)
    assert "channel" not in options  # Playwright's own Firefox does not speak WebDriver BiDi


@pytest.mark.parametrize(
    ("name", "program", "channel"),
    [("chromium", "google-chrome", None), ("firefox", "firefox", "moz-firefox")],
)
def test_an_installed_browser_comes_before_playwrights_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, program: str, channel: str | None
) -> None:
    own = tmp_path / name
    own.touch()
    monkeypatch.setattr(launch.shutil, "which", find(program))
    options = launch_options(engine(name, own))
    assert options["executable_path"] == f"/usr/bin/{program}"
    assert options.get("channel") == channel


def test_a_browser_that_does_not_start_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = shutil.which("false")
    monkeypatch.setattr(launch.shutil, "which", lambda _: program)
    with pytest.raises(InputError, match="false does not start") as got, launch_browser():
        pass
    assert "\n" not in str(got.value)


@pytest.mark.slow
def test_several_browsers_can_be_open_at_a_time() -> None:
    with launch_browser() as first:
        with launch_browser() as second:
            assert second.new_page().evaluate("1 + 1") == 2
        assert first.new_page().evaluate("1 + 1") == 2
    with launch_firefox() as third:  # and again after all are closed
        assert third.new_page().evaluate("1 + 1") == 2


@pytest.mark.slow
def test_both_engines_run_side_by_side_and_end_in_any_order() -> None:
    first, second = launch_browser(), launch_firefox()
    with first as chromium:
        firefox = second.__enter__()
        assert chromium.is_connected() and firefox.is_connected()
    page = firefox.new_page()
    page.goto("data:text/html,<title>here</title>")
    assert page.title() == "here"
    second.__exit__(None, None, None)
    with launch_browser() as again:
        assert again.is_connected()


@pytest.mark.parametrize(("free", "kept"), [(1 << 20, True), (64 << 30, False)])
def test_memory_is_shared_through_files_only_where_there_is_little_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, kept: bool
) -> None:
    monkeypatch.setattr(launch.shutil, "which", find("chromium"))
    monkeypatch.setattr(launch.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    monkeypatch.setattr(launch, "_SHARED", tmp_path)
    options = launch_options(engine("chromium", tmp_path / "absent"))
    assert ("ignore_default_args" not in options) == kept
    assert "ignore_default_args" not in launch_options(engine("firefox", __file__))

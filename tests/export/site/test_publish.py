"""What a build may write and take away: what it listed itself, and nothing through a link."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from export.site.publish import PUBLISHED, publish, publish_copy
from training.run.errors import InputError

NAMES = ("app", "bundle.json")


@pytest.fixture
def stage_of(tmp_path: Path) -> Callable[..., Path]:
    def make(*names: str) -> Path:
        stage = tmp_path / f"stage {len(list(tmp_path.iterdir()))}"
        for name in (*names, "bundle.json"):
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).write_text(f"new {name}")
        return stage

    return make


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != PUBLISHED)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_only_what_was_listed_goes(tmp_path: Path, stage_of: Callable[..., Path]) -> None:
    site = tmp_path / "site"
    publish_copy(stage_of("app/old/a.js", "app/b.js"), site, NAMES)
    (site / "app" / "old" / "theirs.js").write_text("theirs")
    publish_copy(stage_of("app/b.js", "app/c.js"), site, NAMES)
    assert tree(site) == {
        "app/old/theirs.js": "theirs",
        "app/b.js": "new app/b.js",
        "app/c.js": "new app/c.js",
        "bundle.json": "new bundle.json",
    }
    listed = json.loads((site / PUBLISHED).read_text())["files"]
    assert listed == ["app/b.js", "app/c.js", "bundle.json"]


def test_nothing_behind_a_link_is_taken_away(tmp_path: Path, stage_of: Callable[..., Path]) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    publish_copy(stage_of("app/a.js", "lib/old.js"), site, (*NAMES, "lib"))
    (site / "lib").rename(elsewhere)
    (site / "lib").symlink_to(elsewhere)
    publish_copy(stage_of("app/a.js"), site, NAMES)
    assert tree(elsewhere) == {"old.js": "new lib/old.js"}


def test_nothing_is_written_through_a_link(tmp_path: Path, stage_of: Callable[..., Path]) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    publish_copy(stage_of("app/a.js", "app/b.js"), site, NAMES)
    (site / "app").rename(elsewhere)
    (site / "app").symlink_to(elsewhere)
    (elsewhere / "a.js").write_text("theirs")
    for write in (publish_copy, publish):
        with pytest.raises(InputError, match=r"app: in the way of app/a\.js"):
            write(stage_of("app/a.js"), site, NAMES)
    assert tree(elsewhere) == {"a.js": "theirs", "b.js": "new app/b.js"}
    assert (site / "bundle.json").is_file()


def test_a_site_may_lie_behind_a_link(tmp_path: Path, stage_of: Callable[..., Path]) -> None:
    root, site = tmp_path / "root", tmp_path / "site"
    root.mkdir()
    site.symlink_to(root)
    for name in ("app/a.js", "app/b.js"):
        publish_copy(stage_of(name), site, NAMES)
        assert site.is_symlink() and set(tree(root)) == {name, "bundle.json"}


def test_a_file_of_somebody_else_is_not_overwritten(
    tmp_path: Path, stage_of: Callable[..., Path]
) -> None:
    site = tmp_path / "site"
    publish_copy(stage_of("app/a.js"), site, NAMES)
    (site / "app" / "b.js").write_text("theirs")
    before = tree(site)
    with pytest.raises(InputError, match=r"b\.js: not written by the last build"):
        publish_copy(stage_of("app/b.js"), site, NAMES)
    assert tree(site) == before


def test_what_a_killed_build_left_is_known_to_the_next(
    tmp_path: Path, stage_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    publish_copy(stage_of("app/a.js"), site, NAMES)
    honest = os.replace

    def killed(source: Path, target: Path) -> None:
        if Path(target).name == "bundle.json":
            raise KeyboardInterrupt
        honest(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            publish_copy(stage_of("app/b.js"), site, NAMES)
    assert set(tree(site)) == {"app/a.js", "app/b.js", "bundle.json"}
    publish_copy(stage_of("app/c.js"), site, NAMES)
    assert set(tree(site)) == {"app/c.js", "bundle.json"}


def test_a_list_cannot_lead_out_of_the_site(tmp_path: Path, stage_of: Callable[..., Path]) -> None:
    site, outside = tmp_path / "site", tmp_path / "outside.txt"
    publish_copy(stage_of("app/a.js"), site, NAMES)
    outside.write_text("theirs")
    names = ["bundle.json", "../outside.txt", str(outside), "app/../../outside.txt"]
    (site / PUBLISHED).write_text(json.dumps({"files": names}))
    publish_copy(stage_of("lib/a.js"), site, (*NAMES[1:], "lib"))
    assert outside.read_text() == "theirs"


def test_a_list_that_is_none_is_bad_input(tmp_path: Path, stage_of: Callable[..., Path]) -> None:
    site = tmp_path / "site"
    publish_copy(stage_of("app/a.js"), site, NAMES)
    (site / PUBLISHED).write_text("[")
    with pytest.raises(InputError, match="no list of the files of a site"):
        publish_copy(stage_of("app/a.js"), site, NAMES)

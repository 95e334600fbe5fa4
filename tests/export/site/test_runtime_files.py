"""What the library knows of its runtime is what npm installs and the build serves."""

import re
import shutil
import zlib
from pathlib import Path

import pytest

from export.compress import compressed
from export.site.build import WEB_DIR
from export.site.npm import install_packages
from export.site.runtime_files import (
    PACKAGE,
    RUNTIME_FILES,
    WASM,
    code_of,
    read_runtime_files,
    write_runtime_files,
)
from training.run.errors import InputError
from training.run.files import describe_file, read_json

DIST = WEB_DIR / "node_modules" / PACKAGE / "dist"


@pytest.fixture(scope="module", autouse=True)
def packages() -> None:
    install_packages(WEB_DIR)


def test_the_constants_are_of_the_installed_package() -> None:
    runtime = read_runtime_files(WEB_DIR)
    assert runtime["version"] == read_json(DIST.parent / "package.json")["version"]
    wasm, glue = runtime["files"]["wasm"], runtime["files"]["glue"]
    assert wasm["content"] == describe_file(DIST / WASM)
    assert glue == {"path": glue["path"], **describe_file(DIST / Path(glue["path"]).name)}


def test_what_is_served_is_about_as_small_as_they_say() -> None:
    """To the byte with the usual zlib; others compress otherwise, which nothing depends on."""
    wasm = read_runtime_files(WEB_DIR)["files"]["wasm"]
    size = len(compressed((DIST / WASM).read_bytes()))
    usual = re.fullmatch(r"1\.[23]\.[\d.]+", zlib.ZLIB_RUNTIME_VERSION)
    assert size == pytest.approx(wasm["bytes"], rel=0 if usual else 0.1)


def test_they_are_as_the_program_writes_them(web: Path) -> None:
    committed = (web / RUNTIME_FILES).read_text(encoding="utf-8")
    assert code_of(read_runtime_files(web)) == committed
    (web / RUNTIME_FILES).unlink()
    write_runtime_files(web)
    assert read_runtime_files(web)["files"]["glue"] in read_runtime_files(WEB_DIR)["files"].values()


def test_constants_that_are_lost_are_an_error(web: Path) -> None:
    shutil.copyfile(web / "app" / "main.js", web / RUNTIME_FILES)
    with pytest.raises(InputError, match=r"runtime-files\.js: has no RUNTIME; run python -m"):
        read_runtime_files(web)

"""The files of onnxruntime-web that the library loads by itself: their sizes and hashes, as code.

They belong to a version of the library and to no model. After another version of the package:
python -m export.site.runtime_files
"""

import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from export.compress import SUFFIX, compress, describe_content
from export.site.npm import VENDORED, install_packages
from training.run.errors import InputError
from training.run.files import ROOT, describe_file

PACKAGE = "onnxruntime-web"
WASM, GLUE = "ort-wasm-simd-threaded.wasm", "ort-wasm-simd-threaded.mjs"
RUNTIME_FILES = Path("classifier", "runtime-files.js")  # in web/

_HEAD = """\
// Written by export/site/runtime_files.py from the packages that are installed; a test compares.

/**
 * What of onnxruntime-web is loaded by address, and how to know it again: glue and wasm of two
 * versions fail in obscure ways. Paths are relative to the folder of the runtime, where the wasm
 * lies compressed; its content is the file of the package. Another zlib may compress it to other
 * bytes, so only the content can be relied upon.
 *
 * @typedef {{ bytes: number, sha256: string }} Content
 * @typedef {Content & { path: string, content?: Content }} RuntimeFile
 * @type {{ version: string, files: { wasm: RuntimeFile, glue: RuntimeFile } }}
 */
"""


def describe_runtime(web: Path, vendor: Path) -> dict[str, Any]:
    """Version of the runtime, and its files below ``vendor`` as they are served.

    Args:
        web: the folder with ``package-lock.json``.
        vendor: the vendored files, the wasm compressed already.
    """
    folder = vendor / VENDORED[PACKAGE][0]
    files = {"wasm": folder / f"{WASM}{SUFFIX}", "glue": folder / GLUE}
    described = {
        name: {"path": path.relative_to(vendor).as_posix(), **describe_file(path)}
        for name, path in files.items()
    }
    described["wasm"]["content"] = describe_content(files["wasm"])
    return {"version": install_packages(web)[PACKAGE], "files": described}


def require_known(web: Path, runtime: dict[str, Any]) -> None:
    """Make sure that the library would take the files that are to be served.

    How small the wasm became is not compared: that is a matter of the zlib of this machine.

    Raises:
        InputError: its constants are of others.
    """
    if _identity(read_runtime_files(web)) != _identity(runtime):
        raise InputError(
            f"{web / RUNTIME_FILES}: its constants are not those of {PACKAGE} "
            f"{runtime['version']}; run python -m export.site.runtime_files"
        )


def _identity(runtime: dict[str, Any]) -> list[Any]:
    files = runtime["files"]
    paths = [file["path"] for file in files.values()]
    return [runtime["version"], paths, files["wasm"]["content"], files["glue"]["sha256"]]


def read_runtime_files(web: Path) -> dict[str, Any]:
    """The constant of ``runtime-files.js``, which is JSON but for its frame.

    Raises:
        InputError: it is not there as it was written.
    """
    path = web / RUNTIME_FILES
    found = re.search(r"^export const RUNTIME = (\{.*^\});$", path.read_text("utf-8"), re.M | re.S)
    if found is None:
        raise InputError(f"{path}: has no RUNTIME; run python -m export.site.runtime_files")
    return json.loads(found[1])


def code_of(runtime: dict[str, Any]) -> str:
    """The text of ``runtime-files.js``."""
    return f"{_HEAD}export const RUNTIME = {json.dumps(runtime, indent=2)};\n"


def write_runtime_files(web: Path) -> None:
    """Bring ``runtime-files.js`` up to date with the installed package."""
    install_packages(web)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / VENDORED[PACKAGE][0]
        folder.mkdir()
        for file in (WASM, GLUE):
            shutil.copy(web / "node_modules" / PACKAGE / "dist" / file, folder)
        compress(folder / WASM)
        text = code_of(describe_runtime(web, Path(name)))
    temporary = web / RUNTIME_FILES.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, web / RUNTIME_FILES)


if __name__ == "__main__":
    write_runtime_files(ROOT / "web")

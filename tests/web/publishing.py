"""What other files on a site change, while somebody has it open or before."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from export.site.runtime_files import RUNTIME_FILES, code_of, read_runtime_files
from training.run.files import describe_file

TITLE = "A newer page"


def integrity(path: Path) -> str:
    return base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()


def edit(site: Path, edits: Mapping[str, Callable[[str], str]], *, newer: bool = True) -> None:
    """Edit files of the site, then their hashes in the service worker, which may call it newer."""
    worker = site / "sw.js"
    script = worker.read_text()
    for name, change in edits.items():
        before = integrity(site / name)
        assert before in script
        (site / name).write_text(change((site / name).read_text()))
        script = script.replace(before, integrity(site / name))
    if newer:
        script = re.sub(r'const VERSION = "\w+"', 'const VERSION = "newer"', script)
    worker.write_text(script)


def retitled(html: str) -> str:
    return re.sub(r"<title>.*?</title>", f"<title>{TITLE}</title>", html)


def publish_retitled(site: Path) -> None:
    """What a build with another title changes: the index, and with it the service worker."""
    edit(site, {"index.html": retitled})


def publish_newer(site: Path) -> None:
    """What a build of other files changes: the version, wherever it stands, and the hashes."""
    old = json.loads((site / "site.json").read_text())["version"]
    new = "f" * len(old)
    edit(
        site,
        {
            "site.json": lambda text: text.replace(old, new),
            "index.html": lambda text: retitled(text.replace(old, new)),
            "app/format.js": lambda text: text + "\n",
        },
    )


def silence_threads(site: Path) -> None:
    """A runtime whose threads neither answer nor fail."""
    glue = site / "vendor" / "onnxruntime-web" / "ort-wasm-simd-threaded.mjs"
    silence = 'if (globalThis.name === "em-pthread") await new Promise(() => {});\n'
    glue.write_text(silence + glue.read_text())
    runtime = read_runtime_files(site)
    runtime["files"]["glue"] |= describe_file(glue)
    (site / RUNTIME_FILES).write_text(code_of(runtime))

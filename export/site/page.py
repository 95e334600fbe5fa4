"""What of a page decides what it answers: its program, its runtime, how it opens the graph."""

from pathlib import Path
from typing import Any

from export.graph.ahead import AHEAD_LEVEL, SHIPPED_LEVEL
from export.site.npm import VENDORED
from training.run.files import code_sha256, files_sha256, read_json
from training.run.provenance import package_versions

PROGRAM = Path("classifier")  # in web/: the library that classifies, without the page


def page_facts(web: Path) -> dict[str, Any]:
    """What a measurement in a browser was made with, besides the files of the run.

    Of the npm packages the lock file is believed, since nothing else is installed.
    """
    locked = read_json(web / "package-lock.json")["packages"]
    packages = {name: locked[f"node_modules/{name}"] for name in VENDORED}
    program = (web / PROGRAM).glob("*.js")
    return {
        "program": files_sha256(program, web),
        "packages": {
            name: {key: facts[key] for key in ("version", "integrity")}
            for name, facts in packages.items()
        },
        "graph_optimization": graph_facts(),
    }


def graph_facts() -> dict[str, Any]:
    """What decides how a shipped graph computes, besides the file that it is made from."""
    return {
        "ahead": AHEAD_LEVEL,
        "on_the_page": SHIPPED_LEVEL,
        "code": code_sha256("export/graph/ahead.py"),
        **package_versions(["onnxruntime"]),
    }

"""Several model files in the browser's runtime, one thread each, taking turns."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import onnx
from tqdm import tqdm

from export.bench.browse import Visitor, open_page
from export.bench.measure import measure_latency
from export.bench.sites import copy_pages
from export.bench.summary import summarize_latency
from export.browser.launch import launch_browser
from export.browser.server import Site, serve
from export.graph.session import GRAPH_OPTIMIZATION_LEVEL
from export.site.build import WEB_DIR
from export.site.npm import VENDORED, install_packages

_NOTHING = "nothing.onnx"


def browser_latency(
    files: Mapping[str, Path], token_ids: list[list[int]], repeats: int
) -> dict[str, dict[str, Any]]:
    """Milliseconds a text of each ONNX file in headless Chromium, medians of the repeats.

    Raises:
        InputError: no browser.
        CheckError: a file could not be opened.
    """
    options = {"graphOptimizationLevel": GRAPH_OPTIMIZATION_LEVEL}
    with tempfile.TemporaryDirectory(prefix="latency-") as folder:
        site_folder = Path(folder) / "sessions"
        _fill_sessions(site_folder)
        for place, file in enumerate(files.values()):
            (site_folder / f"{place}.onnx").write_bytes(file.read_bytes())
        _write_nothing(site_folder / _NOTHING)
        with (
            serve(site_folder) as site,
            launch_browser() as browser,
            Visitor(browser).context(token_ids[0]) as context,
        ):
            pages = {
                name: open_page(context, _session_address(site, f"{place}.onnx", options))[0]
                for place, name in enumerate(tqdm(files, desc="loading", unit="page"))
            }
            milliseconds, _ = measure_latency(pages, token_ids, repeats, "latency in Chromium")
    return {
        name: {key: value["median"] for key, value in summarize_latency(runs).items()}
        for name, runs in milliseconds.items()
    }


def require_browser() -> None:
    """Find out what ``browser_latency`` lacks before anything is measured: packages, a browser.

    Raises:
        InputError: npm or a browser is missing or failed.
    """
    install_packages(WEB_DIR)
    with launch_browser():
        pass


def _fill_sessions(site: Path) -> None:
    """Put the page that opens a bare session into a new folder."""
    copy_pages(site, "session")
    install_packages(WEB_DIR)
    folder, names = VENDORED["onnxruntime-web"]
    for name in names:
        shutil.copy(WEB_DIR / "node_modules" / folder / "dist" / name, site)


def _session_address(site: Site, file: str, options: dict[str, Any]) -> str:
    """The page that opens a file of the site with options of onnxruntime-web."""
    query = urlencode({"file": file, "options": json.dumps(options)})
    return f"{site.address}session.html?{query}"


def _write_nothing(path: Path) -> None:
    """Write a graph that hands its input on: opening it costs the runtime's own start alone."""
    value = partial(onnx.helper.make_tensor_value_info, elem_type=onnx.TensorProto.FLOAT, shape=[1])
    node = onnx.helper.make_node("Identity", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "nothing", [value("x")], [value("y")])
    opset = onnx.helper.make_opsetid("", 17)
    onnx.save(onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8), path)

"""Several model files in the browser's runtime, one thread each, taking turns."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from export.bench.browse import Visitor, open_page
from export.bench.measure import measure_latency, session_address
from export.bench.sites import fill_sessions
from export.bench.summary import summarize_latency
from export.bench.variants import NOTHING, write_nothing
from export.browser.launch import launch_browser
from export.browser.server import serve
from export.graph.session import GRAPH_OPTIMIZATION_LEVEL


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
        fill_sessions(site_folder)
        for place, file in enumerate(files.values()):
            (site_folder / f"{place}.onnx").write_bytes(file.read_bytes())
        write_nothing(site_folder / NOTHING)
        with (
            serve(site_folder) as site,
            launch_browser() as browser,
            Visitor(browser).context(token_ids[0]) as context,
        ):
            pages = {
                name: open_page(context, session_address(site, f"{place}.onnx", options))[0]
                for place, name in enumerate(tqdm(files, desc="loading", unit="page"))
            }
            milliseconds, _ = measure_latency(pages, token_ids, repeats, "latency in Chromium")
    return {
        name: {key: value["median"] for key, value in summarize_latency(runs).items()}
        for name, runs in milliseconds.items()
    }

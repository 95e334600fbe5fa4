"""The folders that are served: our built site, and the peer's page."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from export.bench.contenders import PEER, PEER_PACKAGES
from export.browser.server import ISOLATION, Site, serve
from export.pipeline import StaleStages
from export.site.npm import VENDORED, install_packages
from training.bases.pooling import MEAN_POOLED
from training.run.artifact import Artifact
from training.run.files import describe_file, read_json

HERE = Path(__file__).parent
PAGE = HERE / "page"
_RUNTIME = "ort-wasm-simd-threaded"


def fill_sites(stages: StaleStages, folder: Path) -> dict[str, str]:
    """Put the sites together below ``folder``.

    Returns:
        Versions of the JavaScript packages; those of the peer under keys of their own.

    Raises:
        InputError: there is nothing to build a site from, or npm failed.
    """
    peer_versions = install_packages(HERE, PEER_PACKAGES)
    artifact = stages.artifact
    bundle = stages.site(out=folder / "ours")
    _add_our_pages(artifact, folder / "ours", bundle)
    _fill_peer(artifact, folder / "peer")
    return {package: bundle["versions"][package] for package in VENDORED} | {
        PEER: peer_versions[PEER],
        f"onnxruntime-web of {PEER}": peer_versions["onnxruntime-web"],
    }


def _add_our_pages(artifact: Artifact, site: Path, bundle: dict[str, Any]) -> None:
    bench = site / "bench"
    copy_pages(bench, "ours")
    shutil.copyfile(artifact.onnx, bench / artifact.onnx.name)
    model = {"path": f"bench/{artifact.onnx.name}", **describe_file(artifact.onnx)}
    fp32 = bundle | {"files": bundle["files"] | {"model": model}}
    (bench / "fp32.json").write_text(json.dumps(fp32), encoding="utf-8")


def _fill_peer(artifact: Artifact, site: Path) -> None:
    copy_pages(site, "peer")
    packages = HERE / "node_modules"
    # The build for pages without a bundler, as ours is.
    shutil.copy(packages / PEER / "dist" / "transformers.min.js", site)
    for build in ("", ".asyncify"):
        for suffix in (".mjs", ".wasm"):
            name = f"{_RUNTIME}{build}{suffix}"
            shutil.copy(packages / "onnxruntime-web" / "dist" / name, site)
    model = site / "models" / "model"
    (model / "onnx").mkdir(parents=True)
    for source in (artifact.tokenizer, artifact.tokenizer_config):
        shutil.copy(source, model)
    # The peer goes by the name of the architecture; how ours pools is in the graph already.
    config = read_json(artifact.model_config)
    config["model_type"] = config["model_type"].removeprefix(MEAN_POOLED)
    (model / "config.json").write_text(json.dumps(config), encoding="utf-8")
    # The names that the peer looks for under "fp32" and "q8".
    shutil.copyfile(artifact.onnx, model / "onnx" / "model.onnx")
    shutil.copyfile(artifact.onnx_quantized, model / "onnx" / "model_quantized.onnx")


def copy_pages(target: Path, page: str) -> None:
    """Put a page of the benchmark, with its program, into a new folder."""
    target.mkdir(parents=True)
    for name in (f"{page}.html", f"{page}.js", "bench.js"):
        shutil.copy(PAGE / name, target)


@contextmanager
def serve_sites(folder: Path) -> Iterator[dict[str, Site]]:
    """Serve each site at an address of its own; ours a second time, cross-origin isolated."""
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serve(folder / name)) for name in ("ours", "peer")}
        isolated = stack.enter_context(serve(folder / "ours", headers=ISOLATION))
        yield sites | {"isolated": isolated}

"""The folders that are served: our built site, and the peer's page."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from export.bench.contenders import PEER, PEER_PACKAGES
from export.browser.server import ISOLATION, Site, serve
from export.int8.quantize import make_int8
from export.pipeline import StaleStages
from export.site.build import BuiltSite
from export.site.npm import install_packages
from training.bases.pooling import MEAN_POOLED
from training.run.artifact import Artifact
from training.run.config import QuantizeConfig
from training.run.files import describe_file, read_json

HERE = Path(__file__).parent
PAGE = HERE / "page"
_RUNTIME = "ort-wasm-simd-threaded"
# The names that the peer looks for under "fp32" and "q8".
_FP32 = "model.onnx"
_Q8 = "model_quantized.onnx"


def fill_sites(stages: StaleStages, folder: Path) -> dict[str, str]:
    """Put the sites together below ``folder``.

    Returns:
        Versions of the JavaScript packages; those of the peer under keys of their own.

    Raises:
        InputError: there is nothing to build a site from, or npm failed.
    """
    peer_versions = _install_peer()  # before anything takes long
    artifact = stages.artifact
    site = stages.site(out=folder / "ours")
    _add_our_pages(artifact, folder / "ours", site.bundle)
    files = {_FP32: artifact.onnx, _Q8: artifact.onnx_quantized}
    _fill_peer(artifact, folder / "peer", files)
    return site.facts["packages"] | peer_versions


def fill_ours(stages: StaleStages, folder: Path) -> BuiltSite:
    """Render the site of a run into a new folder, with the page that is asked for answers.

    Raises:
        InputError: npm failed.
        CheckError: int8 is outside the gate.
    """
    folder.mkdir()
    site = stages.rendered(folder)
    copy_pages(folder / "bench", "ours")
    return site


def fill_peer_q8(stages: StaleStages, site: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Put the peer's page into a new folder, with onnxruntime's own dynamic int8 of a run: what
    the peer's users call q8.

    Returns:
        Size and SHA-256 of that file, and the versions of the JavaScript packages.

    Raises:
        InputError: npm failed.
    """
    versions = _install_peer()
    stages.export()
    with tempfile.TemporaryDirectory(prefix="q8-") as folder:
        made = Path(folder) / _Q8
        make_int8(stages.artifact, QuantizeConfig(method="dynamic"), made)
        _fill_peer(stages.artifact, site, {_Q8: made})
        return describe_file(made), versions


def _add_our_pages(artifact: Artifact, site: Path, bundle: dict[str, Any]) -> None:
    copy_pages(site / "bench", "ours")
    model = site / "model"
    shutil.copyfile(artifact.onnx, model / artifact.onnx.name)
    described = {"path": artifact.onnx.name, **describe_file(artifact.onnx)}
    fp32 = bundle | {"files": bundle["files"] | {"model": described}}
    (model / "fp32.json").write_text(json.dumps(fp32), encoding="utf-8")


def _install_peer() -> dict[str, str]:
    """Versions of the peer's JavaScript packages, which are there afterwards."""
    versions = install_packages(HERE, PEER_PACKAGES)
    return {PEER: versions[PEER], f"onnxruntime-web of {PEER}": versions["onnxruntime-web"]}


def _fill_peer(artifact: Artifact, site: Path, files: Mapping[str, Path]) -> None:
    """``files``: those of the model, by the name that the peer looks for."""
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
    for name, source in files.items():
        shutil.copyfile(source, model / "onnx" / name)


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

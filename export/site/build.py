"""An artifact with passing parity → the static site: rendered, hashed, swapped in at once."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from export.compress import compress
from export.graph.ahead import optimize_ahead
from export.quality.calibrate import present_calibration
from export.quality.parity import present_parity, require_passed
from export.site.bundle import describe_bundle, digest, precache_list, version_of
from export.site.npm import copy_vendored
from export.site.page import page_facts
from export.site.publish import publish, publish_copy, require_replaceable
from training.run.artifact import Artifact
from training.run.errors import InputError
from training.run.files import ROOT, sha256_of

WEB_DIR = ROOT / "web"
COMMITTED = ("app", "classifier", "styles", "icons")
# In the order in which a site is taken over: bundle.json last, because it names all the others.
GENERATED = ("vendor", "model", "index.html", "manifest.webmanifest", "sw.js", "bundle.json")
# Read by some hosts and by no browser: only in the copy for a host, and not stored for offline use.
HOST_HEADERS = ROOT / "export" / "site" / "hosts" / "_headers"
_STAGE_PREFIX = ".build-"


def build_site(artifact: Artifact, web: Path = WEB_DIR, out: Path | None = None) -> dict[str, Any]:
    """Write the site into ``web`` and, if given, a clean copy for a host into ``out``.

    Everything is made in a temporary folder first; until it is complete, the previous site stays.

    Returns:
        The contents of ``bundle.json``.

    Raises:
        InputError: no parity record of the present files, no calibration of them, or ``out`` or
            something in it is not ours.
        CheckError: int8 is outside the gate.
    """
    parity = _require_parity(artifact, web)
    if out is not None:
        require_replaceable(out, web)
    for left_over in web.glob(f"{_STAGE_PREFIX}*"):
        shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(prefix=_STAGE_PREFIX, dir=web) as folder:
        # A folder of its own inside: the temporary one is closed to others, and a site must not be.
        stage = Path(folder) / "site"
        stage.mkdir()
        bundle = render_site(artifact, parity, web, stage)
        if out is not None:
            shutil.copyfile(HOST_HEADERS, stage / HOST_HEADERS.name)
            publish_copy(stage, out, (*COMMITTED, *GENERATED, HOST_HEADERS.name))
        publish(stage, web, GENERATED)
    return bundle


def _require_parity(artifact: Artifact, web: Path) -> dict[str, Any]:
    parity = present_parity(artifact, page_facts(web))
    if parity is None:
        raise InputError(
            f"{artifact.parity}: no parity record for the present model files; "
            "run scripts/check_parity.py"
        )
    return parity


def _require_calibration(artifact: Artifact) -> dict[str, Any]:
    calibration = present_calibration(artifact)
    if calibration is None:
        raise InputError(
            f"{artifact.calibration}: no calibration of the present int8 file; "
            "run scripts/measure.py calibration"
        )
    return calibration


def render_site(
    artifact: Artifact, parity: dict[str, Any], web: Path, stage: Path
) -> dict[str, Any]:
    """Fill the empty folder ``stage`` with the complete site; nothing is published.

    Args:
        parity: the record that lets int8 through, and whose figures the page shows.

    Returns:
        The contents of ``bundle.json``.

    Raises:
        InputError: no calibration of the present files.
        CheckError: int8 is outside the gate.
    """
    require_passed(parity, artifact)
    calibration = _require_calibration(artifact)
    for folder in COMMITTED:
        shutil.copytree(web / folder, stage / folder)
    web_versions = copy_vendored(web, stage / "vendor")
    model_dir = _add_model(artifact, stage / "model")
    for large in ("model/*/*.onnx", "model/*/tokenizer.json", "vendor/**/*.wasm"):
        for path in sorted(stage.glob(large)):
            compress(path)
    bundle = describe_bundle(artifact, parity, calibration, web_versions, stage, model_dir)
    bundle = {"version": version_of(stage, bundle), **bundle}
    environment = Environment(
        loader=FileSystemLoader(web / "templates"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html", "html.j2"]),
        keep_trailing_newline=True,
    )
    text = json.dumps(bundle, indent=1, ensure_ascii=False) + "\n"
    (stage / "bundle.json").write_text(text, encoding="utf-8")
    for name in ("index.html", "manifest.webmanifest"):
        _write(stage / name, environment.get_template(f"{name}.j2").render(bundle=bundle))
    precache = precache_list(stage)
    worker = environment.get_template("sw.js.j2")
    _write(stage / "sw.js", worker.render(version=digest(precache), precache=precache))
    return bundle


def _add_model(artifact: Artifact, parent: Path) -> Path:
    """Model and tokenizer in a folder named after what the model file holds."""
    parent.mkdir()
    ahead = parent / artifact.onnx_quantized.name
    optimize_ahead(artifact.onnx_quantized, ahead)
    model_dir = parent / sha256_of(ahead)[:12]
    model_dir.mkdir()
    ahead.rename(model_dir / ahead.name)
    for source in (artifact.tokenizer, artifact.tokenizer_config):
        shutil.copyfile(source, model_dir / source.name)
    return model_dir


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")

"""An artifact with passing parity → the static site: rendered, hashed, swapped in at once."""

import base64
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from export import runtime
from export.parity import INT8, REFERENCE, is_measured, load_parity
from export.stage import describe_file
from export.vendor import copy_vendored
from training.artifact import Artifact
from training.errors import InputError
from training.records import ROOT, sha256_of

WEB_DIR = ROOT / "web"
COMMITTED = ("app", "styles", "icons")
# In the order in which a site is taken over: bundle.json last, because it names all the others.
GENERATED = ("vendor", "model", "index.html", "manifest.webmanifest", "sw.js", "bundle.json")
_STAGE_PREFIX = ".build-"
_SCHEMA_VERSION = 1


def build_site(artifact: Artifact, web: Path = WEB_DIR, out: Path | None = None) -> dict[str, Any]:
    """Write the site into ``web`` and, if given, a clean copy for a host into ``out``.

    Everything is made in a temporary folder first; until it is complete, the previous site stays.

    Returns:
        The contents of ``bundle.json``.

    Raises:
        InputError: no passing parity record for the present files, or ``out`` is not ours.
    """
    parity = _require_parity(artifact)
    if out is not None:
        _require_replaceable(out)
    for left_over in web.glob(f"{_STAGE_PREFIX}*"):
        shutil.rmtree(left_over)
    stage = Path(tempfile.mkdtemp(prefix=_STAGE_PREFIX, dir=web))
    try:
        bundle = _render(artifact, parity, web, stage)
        if out is not None:
            _publish_copy(stage, out)
        for name in GENERATED:
            _swap_in(stage / name, web / name)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return bundle


def _require_parity(artifact: Artifact) -> dict[str, Any]:
    parity = load_parity(artifact)
    if parity is None or not is_measured(artifact):
        raise InputError(
            f"{artifact.parity}: no parity record for the present model files; "
            "run scripts/check_parity.py"
        )
    if not parity["passed"]:
        raise InputError(
            f"{artifact.parity}: int8 is outside the gate ({'; '.join(parity['breaches'])}); "
            "change quantize in run.yaml, or the limits if you accept the loss"
        )
    return parity


def _require_replaceable(out: Path) -> None:
    if (
        out.exists()
        and not (out / "bundle.json").is_file()
        and (not out.is_dir() or any(out.iterdir()))
    ):
        raise InputError(f"{out}: exists and is not a site built here; give an empty or new folder")


def _render(artifact: Artifact, parity: dict[str, Any], web: Path, stage: Path) -> dict[str, Any]:
    """Fill ``stage`` with the complete site."""
    for folder in COMMITTED:
        shutil.copytree(web / folder, stage / folder)
    web_versions = copy_vendored(web, stage / "vendor")
    model_dir = stage / "model" / parity["files"][INT8]["sha256"][:12]
    model_dir.mkdir(parents=True)
    for source in (artifact.onnx_quantized, artifact.tokenizer, artifact.tokenizer_config):
        shutil.copyfile(source, model_dir / source.name)
    bundle = _describe(artifact, parity, web_versions, stage, model_dir)
    bundle = {"version": _version(stage, bundle), **bundle}
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
    precache = _precache(stage)
    worker = environment.get_template("sw.js.j2")
    _write(stage / "sw.js", worker.render(version=_digest(precache), precache=precache))
    return bundle


def _describe(
    artifact: Artifact,
    parity: dict[str, Any],
    web_versions: dict[str, str],
    stage: Path,
    model_dir: Path,
) -> dict[str, Any]:
    """The contents of ``bundle.json``; no time stamp, so that equal input gives equal output."""
    config = artifact.load_config()
    training = artifact.load_training_record()
    runtime_dir = stage / "vendor" / "onnxruntime-web"
    files = {
        "model": model_dir / artifact.onnx_quantized.name,
        "tokenizer": model_dir / artifact.tokenizer.name,
        "tokenizer_config": model_dir / artifact.tokenizer_config.name,
        "wasm": runtime_dir / "ort-wasm-simd-threaded.wasm",
        "wasm_glue": runtime_dir / "ort-wasm-simd-threaded.mjs",
    }
    results = parity["results"]
    return {
        "schema_version": _SCHEMA_VERSION,
        "page": asdict(config.page),
        "labels": artifact.load_labels(),
        "max_length": artifact.load_tokenizer().model_max_length,
        "temperature": 1.0,  # the logits as they are
        "graph_optimization_level": runtime.GRAPH_OPTIMIZATION_LEVEL,
        "files": {
            name: {"path": path.relative_to(stage).as_posix(), **describe_file(path)}
            for name, path in files.items()
        },
        "model": {
            "run": artifact.name,
            "architecture": json.loads(artifact.model_config.read_text())["architectures"][0],
            "base": {key: training["base"][key] for key in ("source", "id")},
            "parameters": training["parameters"],
            "data": config.data.name,
            "license": config.data.license,
        },
        "metrics": {
            "split": parity["split"],
            "n": parity["n"],
            **{
                name: {key: result[key] for key in ("accuracy", "macro_f1")}
                for name, result in results.items()
            },
        },
        "parity": {
            "reference": REFERENCE,
            "agreement": results[INT8]["agreement"],
            "macro_f1_difference": results[INT8]["macro_f1_difference"],
            "worst_class_f1_drop": results[INT8]["worst_class"]["f1_drop"],
        },
        "versions": {**web_versions, **parity["versions"]},
    }


def _files(stage: Path) -> list[Path]:
    return sorted(path for path in stage.rglob("*") if path.is_file())


def _version(stage: Path, bundle: dict[str, Any]) -> str:
    hashes = {path.relative_to(stage).as_posix(): sha256_of(path) for path in _files(stage)}
    return _digest([hashes, bundle])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def _precache(stage: Path) -> list[dict[str, str]]:
    """Every file of the site with its integrity; the index under the address people visit."""
    entries = []
    for path in _files(stage):
        name = path.relative_to(stage).as_posix()
        digest = base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()
        url = "./" if name == "index.html" else name
        entries.append({"url": url, "integrity": f"sha256-{digest}"})
    return entries


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _publish_copy(stage: Path, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
        copy = Path(folder) / "site"
        shutil.copytree(stage, copy)
        _swap_in(copy, out)


def _swap_in(new: Path, target: Path) -> None:
    """Put ``new`` in the place of ``target`` by renaming; the old one is deleted afterwards."""
    if not target.is_dir():
        os.replace(new, target)
        return
    old = Path(tempfile.mkdtemp(dir=new.parent, prefix="old-"))
    os.replace(target, old / target.name)
    os.replace(new, target)
    shutil.rmtree(old)

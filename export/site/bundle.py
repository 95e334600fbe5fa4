"""What a site says of itself: the contents of bundle.json, its version, its precache list."""

import base64
import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from export.compress import SUFFIX, describe_content
from export.graph.ahead import SHIPPED_LEVEL
from export.quality.facts import INT8, REFERENCE
from training.measure.temperature import Temperature
from training.run.artifact import Artifact
from training.run.files import describe_file, read_json, sha256_of

_SCHEMA_VERSION = 2


def describe_bundle(
    artifact: Artifact,
    parity: dict[str, Any],
    calibration: dict[str, Any],
    web_versions: dict[str, str],
    stage: Path,
    model_dir: Path,
) -> dict[str, Any]:
    """The contents of ``bundle.json``; no time stamp, so that equal input gives equal output."""
    config = artifact.load_config()
    results = parity["results"]
    return {
        "schema_version": _SCHEMA_VERSION,
        "page": asdict(config.page),
        "labels": artifact.load_labels(),
        "max_length": artifact.load_tokenizer().model_max_length,
        **Temperature.of(calibration).record(),
        "unsure_below": calibration["unsure_below"],
        "graph_optimization_level": SHIPPED_LEVEL,
        "files": _describe_files(artifact, stage, model_dir),
        "model": _describe_model(artifact),
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
            **_worst_drop(results[INT8]),
        },
        "calibration": _describe_calibration(calibration),
        "versions": {**web_versions, **parity["versions"]},
    }


def _worst_drop(result: dict[str, Any]) -> dict[str, float]:
    """Nothing where no class has texts enough to speak of its loss."""
    worst = result["worst_class"]
    return {"worst_class_f1_drop": worst["f1_drop"]} if worst else {}


def _describe_calibration(calibration: dict[str, Any]) -> dict[str, Any]:
    split, facts = list(calibration["splits"].items())[-1]
    return {
        "split": split,
        "ece": facts["ece"]["after"],
        "sure_coverage": facts["sure"]["coverage"],
        "sure_accuracy": facts["sure"]["accuracy"],
        "family_accuracy": facts["family_accuracy"],
    }


def _describe_files(artifact: Artifact, stage: Path, model_dir: Path) -> dict[str, Any]:
    runtime_dir = stage / "vendor" / "onnxruntime-web"
    files = {
        "model": model_dir / f"{artifact.onnx_quantized.name}{SUFFIX}",
        "tokenizer": model_dir / f"{artifact.tokenizer.name}{SUFFIX}",
        "tokenizer_config": model_dir / artifact.tokenizer_config.name,
        "wasm": runtime_dir / f"ort-wasm-simd-threaded.wasm{SUFFIX}",
        "wasm_glue": runtime_dir / "ort-wasm-simd-threaded.mjs",
    }
    return {
        name: {"path": path.relative_to(stage).as_posix(), **describe_file(path)}
        | ({"content": describe_content(path)} if path.suffix == SUFFIX else {})
        for name, path in files.items()
    }


def _describe_model(artifact: Artifact) -> dict[str, Any]:
    config, training = artifact.load_config(), artifact.load_training_record()
    return {
        "run": artifact.name,
        "architecture": read_json(artifact.model_config)["architectures"][0],
        "base": {key: training["base"][key] for key in ("source", "id")},
        "parameters": training["parameters"],
        "data": config.data.name,
        "license": config.data.license,
    }


def _files(stage: Path) -> list[Path]:
    return sorted(path for path in stage.rglob("*") if path.is_file())


def version_of(stage: Path, bundle: dict[str, Any]) -> str:
    """The version of a site: another one as soon as a byte of it differs."""
    hashes = {path.relative_to(stage).as_posix(): sha256_of(path) for path in _files(stage)}
    return digest([hashes, bundle])


def digest(value: Any) -> str:
    """The first 16 hex digits of the SHA-256 of a JSON value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def precache_list(stage: Path) -> list[dict[str, str]]:
    """Every file below ``stage`` with its integrity; the index under the address people visit.

    A compressed file may also arrive as what it holds, so its integrity lists the hashes of both.
    """
    entries = []
    for path in _files(stage):
        name = path.relative_to(stage).as_posix()
        hashes = [sha256_of(path)]
        if path.suffix == SUFFIX:
            hashes.append(describe_content(path)["sha256"])
        url = "./" if name == "index.html" else name
        entries.append({"url": url, "integrity": " ".join(map(_integrity, hashes))})
    return entries


def _integrity(sha256: str) -> str:
    return f"sha256-{base64.b64encode(bytes.fromhex(sha256)).decode()}"

"""What a model says of itself wherever it is used: bundle.json, as its JSON Schema demands it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from export.compress import SUFFIX, describe_content
from export.graph.ahead import SHIPPED_LEVEL
from export.quality.facts import INT8, REFERENCE
from training.run.artifact import Artifact
from training.run.errors import InputError
from training.run.files import ROOT, describe_file, read_json, write_json

SCHEMA_FILE = ROOT / "web" / "classifier" / "bundle.schema.json"
SCHEMA_VERSION = 3


def describe_bundle(
    artifact: Artifact,
    parity: dict[str, Any],
    calibration: dict[str, Any],
    folder: Path,
    files: Mapping[str, Path],
) -> dict[str, Any]:
    """The contents of ``bundle.json``, all but its version; no time stamp, so that equal input
    gives equal output.

    Args:
        folder: where the bundle will lie.
        files: its files by their role, below ``folder``.
    """
    families = [family for family in calibration["families"] if len(family) > 1]
    return {
        "schema_version": SCHEMA_VERSION,
        "labels": artifact.load_labels(),
        "families": families,
        "max_length": artifact.load_tokenizer().model_max_length,
        "temperature": calibration["temperature"],
        # Of a record that was made before there was a slope: one temperature for all texts.
        "temperature_slope": calibration.get("temperature_slope", 0),
        "unsure_below": calibration["unsure_below"],
        "graph_optimization_level": SHIPPED_LEVEL,
        "files": {name: _describe(path, folder) for name, path in files.items()},
        "card": _card(artifact, parity, calibration),
        "parity": _parity(parity["results"][INT8]),
        "versions": parity["versions"],
    }


def write_bundle(path: Path, bundle: dict[str, Any]) -> None:
    """Write a bundle that fits its schema.

    Raises:
        InputError: it does not; says where.
    """
    problem = _problem(bundle)
    if problem:
        raise InputError(f"{path.name} would not fit {SCHEMA_FILE.name}: {problem}")
    write_json(path, bundle)


def _problem(bundle: dict[str, Any]) -> str:
    """What is wrong with a bundle and what to do about it; empty when nothing is."""
    error = best_match(Draft202012Validator(read_json(SCHEMA_FILE)).iter_errors(bundle))
    if error is not None:
        place = error.json_path.removeprefix("$").removeprefix(".") or "the top"
        return f"at {place}, {error.message}; mend the records of the run"
    members = {name for family in bundle["families"] for name in family}
    if strangers := members.difference(bundle["labels"]):
        return (
            f"a family has a label that there is not ({min(strangers)!r}); "
            "run scripts/measure.py calibration"
        )
    try:
        json.dumps(bundle, allow_nan=False)
    except ValueError:  # which passes for a number within any limits
        return "a number is not finite; mend the records of the run"
    return ""


def _describe(path: Path, folder: Path) -> dict[str, Any]:
    described = {"path": path.relative_to(folder).as_posix(), **describe_file(path)}
    return described | ({"content": describe_content(path)} if path.suffix == SUFFIX else {})


def _card(
    artifact: Artifact, parity: dict[str, Any], calibration: dict[str, Any]
) -> dict[str, Any]:
    """Where the model comes from, how good it is, and what it is for and is not."""
    config, training = artifact.load_config(), artifact.load_training_record()
    scores = {
        name: {key: result[key] for key in ("accuracy", "macro_f1")}
        for name, result in parity["results"].items()
    }
    return {
        "run": artifact.name,
        "architecture": read_json(artifact.model_config)["architectures"][0],
        "base": {key: training["base"][key] for key in ("source", "id")},
        "parameters": training["parameters"],
        "data": config.data.name,
        "license": config.data.license,
        "citation": config.data.citation,
        "intended_use": config.intended_use,
        "limits": config.limits,
        "metrics": {"split": parity["split"], "n": parity["n"], **scores},
        "calibration": _calibration(calibration),
    }


def _calibration(record: dict[str, Any]) -> dict[str, Any]:
    split, facts = list(record["splits"].items())[-1]
    return {
        "split": split,
        "ece": facts["ece"]["after"],
        "sure_coverage": facts["sure"]["coverage"],
        "sure_accuracy": facts["sure"]["accuracy"],
        "family_accuracy": facts["family_accuracy"],
    }


def _parity(result: dict[str, Any]) -> dict[str, Any]:
    """No worst class where none has texts enough to speak of its loss."""
    worst = result["worst_class"]
    return {
        "reference": REFERENCE,
        "agreement": result["agreement"],
        "macro_f1_difference": result["macro_f1_difference"],
        **({"worst_class_f1_drop": worst["f1_drop"]} if worst else {}),
    }

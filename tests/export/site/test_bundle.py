"""A bundle says of its model what the records say, and is written only if it fits its schema."""

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from export.graph.ahead import optimize_ahead
from export.site.bundle import SCHEMA_FILE, write_bundle
from export.site.model import fill_model_folder
from training.run.artifact import Artifact
from training.run.errors import InputError
from training.run.files import ROOT, read_json, sha256_of

Bundle = dict[str, Any]
Filled = Callable[[Bundle], Path]


def fill(artifact: Artifact, folder: Path, **calibration: Any) -> Bundle:
    folder.mkdir()
    records = read_json(artifact.parity), read_json(artifact.calibration) | calibration
    return fill_model_folder(artifact, *records, folder)


@pytest.fixture(scope="module")
def folder(passed: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model") / "model"
    fill(passed, folder)
    return folder


@pytest.fixture
def bundle(folder: Path) -> Bundle:
    return read_json(folder / "bundle.json")


def test_every_file_is_described_as_it_lies_there(
    folder: Path, bundle: Bundle, passed: Artifact, tmp_path: Path
) -> None:
    described = {folder / file["path"] for file in bundle["files"].values()}
    there = {path for path in folder.rglob("*") if path.is_file()}
    assert described | {folder / "bundle.json"} == there
    for file in bundle["files"].values():
        content = (folder / file["path"]).read_bytes()
        assert len(content) == file["bytes"]
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
    contents = {name: file.get("content", file) for name, file in bundle["files"].items()}
    optimize_ahead(passed.onnx_quantized, tmp_path / "ahead.onnx")
    assert contents["model"]["sha256"] == sha256_of(tmp_path / "ahead.onnx")
    assert contents["tokenizer"]["sha256"] == sha256_of(passed.tokenizer)


def test_it_says_what_the_records_say(bundle: Bundle, passed: Artifact) -> None:
    assert bundle["labels"] == passed.load_labels()
    assert bundle["max_length"] == 32
    parity, calibration = read_json(passed.parity), read_json(passed.calibration)
    metrics = bundle["card"]["metrics"]
    assert metrics.pop("split") == parity["split"] and metrics.pop("n") == parity["n"]
    assert metrics == {
        runtime: {"accuracy": result["accuracy"], "macro_f1": result["macro_f1"]}
        for runtime, result in parity["results"].items()
    }
    assert bundle["parity"]["agreement"] == parity["results"]["onnx_int8"]["agreement"]
    assert bundle["temperature"] == calibration["temperature"] != 1
    assert bundle["unsure_below"] == calibration["unsure_below"]
    assert bundle["card"]["calibration"]["ece"] == calibration["splits"]["test"]["ece"]["after"]
    config = passed.load_config()
    assert bundle["card"]["data"] == config.data.name
    assert bundle["card"]["license"] == config.data.license
    training = passed.load_training_record()
    assert bundle["card"]["base"]["id"] == training["base"]["id"]


def test_a_label_without_synonyms_is_in_no_family(passed: Artifact, tmp_path: Path) -> None:
    first, second, *others = passed.load_labels()
    families = [[first, second], *([label] for label in others)]
    assert others
    assert fill(passed, tmp_path / "model", families=families)["families"] == [[first, second]]


def test_a_slope_of_the_temperature_is_handed_on(
    bundle: Bundle, passed: Artifact, tmp_path: Path
) -> None:
    assert bundle["temperature_slope"] == read_json(passed.calibration).get("temperature_slope", 0)
    assert fill(passed, tmp_path / "model", temperature_slope=-0.4)["temperature_slope"] == -0.4


def test_its_version_changes_with_what_it_says(
    bundle: Bundle, passed: Artifact, tmp_path: Path
) -> None:
    same = fill(passed, tmp_path / "same")
    other = fill(passed, tmp_path / "other", unsure_below=0.123)
    assert same == bundle
    assert other["version"] != bundle["version"]


def test_the_schema_is_one_and_says_what_everything_means() -> None:
    schema = read_json(SCHEMA_FILE)
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema_version"] == {"const": 3}
    objects = [*schema["properties"].values(), *schema["properties"]["card"]["properties"].values()]
    objects += [schema, *schema["$defs"].values()]
    closed = [o for o in objects if o.get("type") == "object"]
    assert len(closed) > 7
    assert {json.dumps(o.get("additionalProperties")) for o in closed} == {
        "false",
        '{"type": "string"}',
    }


# What the reader in JavaScript has to refuse as well. Without a value: the part is left out.
FAULTS = read_json(ROOT / "tests" / "web" / "bundle_faults.json")


def with_fault(bundle: Bundle, fault: dict[str, Any]) -> Bundle:
    """A copy of a bundle that has it."""
    changed = copy.deepcopy(bundle)
    *way, last = fault["path"].split(".")
    part = changed
    for name in way:
        part = part[name]
    if "value" in fault:
        part[last] = fault["value"]
    else:
        del part[last]
    return changed


@pytest.mark.parametrize("fault", FAULTS, ids=json.dumps)
def test_what_does_not_fit_is_not_written(
    bundle: Bundle, tmp_path: Path, fault: dict[str, Any]
) -> None:
    place = tmp_path / "bundle.json"
    changed = with_fault(bundle, fault)
    assert changed != bundle
    with pytest.raises(InputError, match=r"^bundle\.json would not fit bundle\.schema\.json: at "):
        write_bundle(place, changed)
    assert not place.exists()


def test_what_fits_is_written(bundle: Bundle, tmp_path: Path) -> None:
    assert "worst_class_f1_drop" not in bundle["parity"]  # its classes are too small to tell
    write_bundle(tmp_path / "bundle.json", bundle)
    del bundle["temperature_slope"]
    bundle["parity"]["worst_class_f1_drop"] = 0.02
    bundle |= {"unsure_below": None, "families": []}
    bundle["card"]["calibration"]["sure_accuracy"] = None
    bundle["card"]["metrics"]["browser_int8"] = {"accuracy": 1, "macro_f1": 0}
    write_bundle(tmp_path / "bundle.json", bundle)
    assert read_json(tmp_path / "bundle.json") == bundle


def test_a_family_of_strangers_is_not_written(bundle: Bundle, tmp_path: Path) -> None:
    bundle["families"] = [[bundle["labels"][0], "a stranger"]]
    with pytest.raises(InputError, match=r"'a stranger'.*run scripts/measure\.py calibration"):
        write_bundle(tmp_path / "bundle.json", bundle)


@pytest.mark.parametrize("path", ["m", "0a1b/model_quantized.onnx.gzip", "a/b-c/d_e.json"])
def test_paths_below_the_folder_are_fine(bundle: Bundle, tmp_path: Path, path: str) -> None:
    bundle["files"]["model"]["path"] = path
    write_bundle(tmp_path / "bundle.json", bundle)


def test_what_json_has_no_word_for_is_not_written(bundle: Bundle, tmp_path: Path) -> None:
    bundle["temperature"] = float("nan")
    with pytest.raises(InputError, match=r"a number is not finite"):
        write_bundle(tmp_path / "bundle.json", bundle)

"""The folder of a model: all that a page needs of it, and bundle.json, which names the rest."""

import shutil
from pathlib import Path
from typing import Any

from export.compress import compress
from export.graph.ahead import optimize_ahead
from export.site.bundle import describe_bundle, write_bundle
from export.site.golden import golden_record
from export.site.versions import version_of
from training.run.artifact import Artifact
from training.run.files import sha256_of, write_json

BUNDLE = "bundle.json"
GOLDEN = "golden.json"


def fill_model_folder(
    artifact: Artifact, parity: dict[str, Any], calibration: dict[str, Any], folder: Path
) -> dict[str, Any]:
    """Fill the empty ``folder`` with a bundle and its files.

    What is loaded at each start lies in a folder named after what the model file holds, so that it
    may be kept for ever.

    Returns:
        The contents of ``bundle.json``.

    Raises:
        InputError: the records make no bundle that fits its schema.
    """
    ahead = folder / artifact.onnx_quantized.name
    optimize_ahead(artifact.onnx_quantized, ahead)
    golden = folder / GOLDEN
    write_json(golden, golden_record(artifact, ahead))
    place = folder / sha256_of(ahead)[:12]
    place.mkdir()
    files = {
        "model": compress(ahead.rename(place / ahead.name)),
        "tokenizer": compress(_copied(artifact.tokenizer, place)),
        "tokenizer_config": _copied(artifact.tokenizer_config, place),
        "golden": compress(golden),
    }
    bundle = describe_bundle(artifact, parity, calibration, folder, files)
    schema_version = bundle.pop("schema_version")
    version = version_of(folder, bundle)
    bundle = {"schema_version": schema_version, "version": version, **bundle}
    write_bundle(folder / BUNDLE, bundle)
    return bundle


def _copied(source: Path, folder: Path) -> Path:
    return Path(shutil.copyfile(source, folder / source.name))

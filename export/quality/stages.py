"""A run's two graphs and its calibration, made where they are missing or stale.

What makes them is imported when something has to be made: torch, transformers and datasets take
seconds and half a gigabyte, and mostly there is nothing to do.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from export.graph.ahead import optimize_ahead
from export.graph.exported import is_exported
from export.int8.quantized import is_quantized
from export.quality.calibrated import present_calibration
from training.run.artifact import Artifact

if TYPE_CHECKING:
    from training.data.load import LabelledData


class ModelStages:
    """Brings an artifact's ONNX files and its calibration up to date.

    Data is loaded only when a stage needs it.
    """

    def __init__(
        self,
        artifact: Artifact,
        directory: Path | None,
        say: Callable[[str], None] = print,
    ) -> None:
        self.artifact = artifact
        self.config = artifact.load_config()
        self._directory = directory
        self._data: LabelledData | None = None
        self._exported = False
        self._say = say

    @property
    def data(self) -> "LabelledData":
        if self._data is None:
            from training.data.load import load_data

            self._data = load_data(self.config.data, self._directory)
            self._say(self._data.provenance.summary())
        return self._data

    def export(self) -> None:
        """Make the ONNX files where they are missing or stale; looks once."""
        if self._exported:
            return
        if is_exported(self.artifact):
            self._say("ONNX fp32: up to date")
        else:
            from export.graph.from_torch import export_onnx

            export_onnx(self.artifact, self.data.splits["validation"]["text"])
            self._say(f"ONNX fp32: written to {self.artifact.onnx}")
        if is_quantized(self.artifact, self.config.quantize):
            self._say("ONNX int8: up to date")
        else:
            from export.int8.quantize import quantize

            quantize(self.artifact, self.config.quantize)
            self._say(f"ONNX int8: written to {self.artifact.onnx_quantized}")
        self._exported = True

    def calibration(self, *, again: bool = False) -> dict[str, Any]:
        """Temperature and threshold of the present int8 file, fitted now if need be."""
        self.export()
        record = None if again else present_calibration(self.artifact)
        if record is not None:
            self._say(f"calibration: up to date ({self.artifact.calibration})")
            return record
        from export.quality.calibrate import calibrate

        return calibrate(self.artifact, self.data)

    def shipped(self) -> bytes:
        """The int8 graph as a page gets it, optimized and not compressed."""
        self.export()
        with tempfile.TemporaryDirectory(prefix="shipped-") as folder:
            optimize_ahead(self.artifact.onnx_quantized, made := Path(folder) / "model.onnx")
            return made.read_bytes()

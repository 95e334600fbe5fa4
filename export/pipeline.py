"""The road from artifact to bundle: runs what is stale, in order."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from export.graph.from_torch import export_onnx, is_exported
from export.int8.quantize import is_quantized, quantize
from export.quality.calibrate import calibrate, present_calibration
from export.quality.parity import check_parity, present_parity
from training.data.load import LabelledData, load_data
from training.run.artifact import Artifact


class StaleStages:
    """Brings an artifact's ONNX files and parity record up to date.

    Data is loaded only when a stage needs it: a site whose records are fresh builds without any.
    """

    def __init__(
        self, artifact: Artifact, directory: Path | None, say: Callable[[str], None] = print
    ) -> None:
        self.artifact = artifact
        self.config = artifact.load_config()
        self._directory = directory
        self._data: LabelledData | None = None
        self._say = say

    @property
    def data(self) -> LabelledData:
        if self._data is None:
            self._data = load_data(self.config.data, self._directory)
            self._say(self._data.provenance.summary())
        return self._data

    def export(self) -> None:
        """Make ``model.onnx`` and ``model_quantized.onnx`` where they are missing or stale."""
        if is_exported(self.artifact):
            self._say("ONNX fp32: up to date")
        else:
            export_onnx(self.artifact, self.data.splits["validation"]["text"])
            self._say(f"ONNX fp32: written to {self.artifact.onnx}")
        if is_quantized(self.artifact, self.config.quantize):
            self._say("ONNX int8: up to date")
        else:
            quantize(self.artifact, self.config.quantize)
            self._say(f"ONNX int8: written to {self.artifact.onnx_quantized}")

    def parity(self, *, again: bool = False) -> dict[str, Any]:
        """The parity record of the present files, measured now if need be or ``again``."""
        self.export()
        record = None if again else present_parity(self.artifact)
        if record is not None:
            self._say(f"parity: up to date ({self.artifact.parity})")
            return record
        return check_parity(self.artifact, self.data)

    def calibration(self, *, again: bool = False) -> dict[str, Any]:
        """Temperature and threshold of the present int8 file, fitted now if need be."""
        self.export()
        record = None if again else present_calibration(self.artifact)
        if record is not None:
            self._say(f"calibration: up to date ({self.artifact.calibration})")
            return record
        return calibrate(self.artifact, self.data)

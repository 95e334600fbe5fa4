"""Whether the calibration still belongs to the int8 file; looked at without what fits one."""

from dataclasses import asdict
from typing import Any

from export.fresh import record_saying
from export.quality.facts import FP32, REFERENCE, file_facts
from training.measure import SURE_CONFIDENCE
from training.run.artifact import Artifact


def present_calibration(artifact: Artifact) -> dict[str, Any] | None:
    """The record if it speaks of the files that are there, under the settings in force."""
    return record_saying(
        artifact.calibration, files=files_of(artifact), settings=settings_of(artifact)
    )


def settings_of(artifact: Artifact) -> dict[str, Any]:
    """What the config asks for, and what the code decides."""
    wanted = asdict(artifact.load_config().calibration)
    return wanted | {"confidence": SURE_CONFIDENCE, "temperature_by": "entropy"}


def files_of(artifact: Artifact) -> dict[str, dict[str, Any]]:
    """What decides the answers of the int8 file, the other models left out."""
    facts = file_facts(artifact)
    return {name: fact for name, fact in facts.items() if name not in (REFERENCE, FP32)}

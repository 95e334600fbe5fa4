"""The README's blocks on recipe, calibration, families of labels, robustness and behaviour."""

from typing import Any

from training.ladder.climb import load_ladder, load_record
from training.ladder.plot import table
from training.run.artifact import ARTIFACTS_DIR, BROWSER_RUN, Artifact
from training.run.files import ROOT, read_json

LADDER = ROOT / "training" / "ladder" / "ladder.yaml"
LADDER_RECORD = ROOT / "training" / "records" / "ladder.json"
_ARTIFACT = Artifact(ARTIFACTS_DIR / BROWSER_RUN)


def quality_blocks() -> dict[str, str]:
    """Name of each block → Markdown."""
    calibration = read_json(_ARTIFACT.calibration)
    return {
        "ladder": table(load_record(LADDER_RECORD), load_ladder(LADDER)),
        "calibration": _calibration(calibration),
        "families": _families(calibration),
        "robustness": _robustness(read_json(_ARTIFACT.robustness)),
        "behaviour": _behaviour(read_json(_ARTIFACT.robustness)["behaviour"]),
    }


def _calibration(record: dict[str, Any]) -> str:
    lines = [
        "| split | texts | calibration error, before → after | sure of | right when sure "
        "| right otherwise | right family |",
        "|---|---|---|---|---|---|---|",
    ]
    for split, facts in record["splits"].items():
        ece, sure = facts["ece"], facts["sure"]
        lines.append(
            f"| {split} | {facts['n']:,} | {ece['before']:.3f} → {ece['after']:.3f} "
            f"| {sure['coverage']:.1%} | {sure['accuracy']:.1%} "
            f"| {sure['accuracy_of_the_rest']:.1%} | {facts['family_accuracy']:.1%} |"
        )
    return "\n".join(lines) + (
        f"\n\nTemperature {record['temperature']:.3f}; *not sure* below a probability of "
        f"{record['unsure_below']:.2f}, the lowest from which at least "
        f"{record['settings']['sure_accuracy']:.0%} of the answers are right on "
        f"{record['fitted_on']}."
    )


def _families(record: dict[str, Any]) -> str:
    return "\n".join(f"- {', '.join(family)}" for family in record["families"])


def _robustness(record: dict[str, Any]) -> str:
    lines = [
        "| the test texts | changed | accuracy | macro-F1 | same answer |",
        "|---|---|---|---|---|",
    ]
    for name, row in record["perturbations"].items():
        lines.append(
            f"| {row.get('description', name)} | {row['changed']:.0%} | {row['accuracy']:.4f} "
            f"| {row['macro_f1']:.4f} | {row['agreement']:.1%} |"
        )
    return "\n".join(lines)


def _behaviour(record: dict[str, Any]) -> str:
    lines = ["| capability | pairs | passed |", "|---|---|---|"]
    for name, row in record["capabilities"].items():
        lines.append(f"| {name} | {row['n']} | {row['pass_rate']:.0%} |")
    lines.append(f"| **all** | {record['n']} | **{record['pass_rate']:.0%}** |")
    return "\n".join(lines)

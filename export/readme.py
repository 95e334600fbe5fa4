"""The README's tables, rendered from committed records; a test fails when the two differ."""

import json
import re
from pathlib import Path
from typing import Any

from export.compare import BROWSER, INT8, REFERENCE
from training.artifact import ARTIFACTS_DIR, BROWSER_RUN, Artifact
from training.records import ROOT

README = ROOT / "README.md"
PUBLISHED = Path(__file__).parent / "records" / "published_metrics.json"

_RUNTIMES = {
    REFERENCE: "PyTorch",
    "onnx_fp32": "ONNX, fp32",
    INT8: "ONNX, int8",
    BROWSER: "**int8 in the browser**",
}


def render(text: str) -> str:
    """The README with every block between ``<!-- name -->`` and ``<!-- /name -->`` made anew.

    Raises:
        ValueError: a block is missing or has no end.
    """
    for name, block in _blocks().items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        text, count = re.subn(
            pattern, lambda m, b=block: f"{m[1]}{b}\n{m[2]}", text, flags=re.DOTALL
        )
        if count != 1:
            raise ValueError(f"README.md must have exactly one block '{name}', it has {count}")
    return text


def _blocks() -> dict[str, str]:
    artifact = Artifact(ARTIFACTS_DIR / BROWSER_RUN)
    parity = json.loads(artifact.parity.read_text())
    metrics = json.loads(artifact.metrics("test").read_text())
    return {
        "results": _results(parity, metrics, json.loads(PUBLISHED.read_text())),
        "cost": _cost(parity),
        "classes": _classes(metrics),
    }


def _results(parity: dict[str, Any], metrics: dict[str, Any], published: dict[str, Any]) -> str:
    low, high = metrics["macro_f1_ci95"]
    rows = ["| model | runtime | size | accuracy | macro-F1 |", "|---|---|---|---|---|"]
    rows += [
        f"| {run['model']} | published, PyTorch | | {run['accuracy']:.4f} | {run['macro_f1']:.4f} |"
        for run in published["runs"]
    ]
    for name, result in parity["results"].items():
        size = parity["files"].get(name, parity["files"][INT8])["bytes"] / 1e6
        rows.append(
            f"| **{parity['run']}** ({metrics['base']['id'].split('/')[-1]}) | {_RUNTIMES[name]} "
            f"| {size:.1f} MB | {result['accuracy']:.4f} | **{result['macro_f1']:.4f}** |"
        )
    return "\n".join(rows) + (
        f"\n\n{metrics['n']:,} test texts, {len(metrics['label_names'])} classes; "
        f"95 % interval of our macro-F1 {low:.3f}–{high:.3f}, and a difference inside it is no "
        f"finding; the right label is among the first three for {metrics['top3_accuracy']:.1%} of "
        f"the texts, among the first five for {metrics['top5_accuracy']:.1%}. The published rows "
        f"are the figures of an earlier project on the same split (n = {published['n']:,}), as it "
        "printed them; PyTorch weights are stored in half precision."
    )


def _cost(parity: dict[str, Any]) -> str:
    gate = parity["gate"]
    rows = [
        "| against PyTorch | macro-F1 | 95 % interval | same label | worst class |",
        "|---|---|---|---|---|",
    ]
    for name, result in parity["results"].items():
        if name == REFERENCE:
            continue
        low, high = result["macro_f1_difference_ci95"]
        worst = result["worst_class"]
        rows.append(
            f"| {_RUNTIMES[name].strip('*')} | {result['macro_f1_difference']:+.4f} "
            f"| {low:+.4f} … {high:+.4f} | {result['agreement']:.1%} "
            f"| {worst['label']} {0 - worst['f1_drop']:+.3f} |"
        )
    rows.append(
        f"| *gate* | *≥ {-gate['max_macro_f1_drop']:+.2f}* | | *≥ {gate['min_agreement']:.0%}* "
        f"| *≥ {-gate['max_class_f1_drop']:+.2f}* |"
    )
    return "\n".join(rows)


def _classes(metrics: dict[str, Any]) -> str:
    scores = sorted(zip(metrics["per_class_f1"], metrics["label_names"], strict=True), reverse=True)
    best = ", ".join(f"{label} {score:.2f}" for score, label in scores[:5])
    worst = ", ".join(f"{label} {score:.2f}" for score, label in scores[-5:])
    return f"Best classes by F1: {best}. Worst: {worst}."

"""The README's tables, rendered from committed records; a test fails when the two differ."""

import functools
import re
from typing import Any

from export.bench.table import contender_table, session_table
from export.quality.facts import BROWSER, INT8, REFERENCE
from export.readme.quality import quality_blocks
from export.search import candidates as search
from training.report.compute import compute
from training.report.load import DEFAULT_RUNS, load_runs
from training.report.table import PUBLISHED
from training.run.artifact import ARTIFACTS_DIR, BROWSER_RUN, Artifact
from training.run.files import ROOT, read_json

README = ROOT / "README.md"

RECORDS = ROOT / "export" / "records"

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
    parity = read_json(artifact.parity)
    metrics = read_json(artifact.metrics("test"))
    return {
        "results": _results(parity, metrics, read_json(PUBLISHED)),
        "cost": _cost(parity),
        "quantization": search.table(_record("quantization")),
        "bench": contender_table(_record("bench_web")),
        "sessions": session_table(_record("bench_web")),
        "classes": _classes(metrics),
        "comparison": _comparison(),
        "verdict": _verdict(),
        "distillation": _distillation(),
        **quality_blocks(),
    }


def _record(name: str) -> dict[str, Any]:
    return read_json(RECORDS / f"{name}.json")


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
        f"| *gate* | *≥ {-gate['max_macro_f1_drop']:g}* | | *≥ {100 * gate['min_agreement']:g}%* "
        f"| *≥ {-gate['max_class_f1_drop']:g}* |"
    )
    return "\n".join(rows)


def _classes(metrics: dict[str, Any]) -> str:
    scores = sorted(zip(metrics["per_class_f1"], metrics["label_names"], strict=True), reverse=True)
    best = ", ".join(f"{label} {score:.2f}" for score, label in scores[:5])
    worst = ", ".join(f"{label} {score:.2f}" for score, label in scores[-5:])
    return f"Best classes by F1: {best}. Worst: {worst}."


def _comparison() -> str:
    lines = [
        "| run | base | parameters | training | int8 | one text, fp32 / int8 "
        "| accuracy | macro-F1 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in _report()["table"]:
        lines.append(_published_line(row) if row["kind"] == "published" else _run_line(row))
    return "\n".join(lines)


@functools.cache  # it takes thousands of resamples
def _report() -> dict[str, Any]:
    # The runs by name: not what somebody tries out beside them.
    return compute(*load_runs(DEFAULT_RUNS, ARTIFACTS_DIR))


def _verdict() -> str:
    wanted = ("Best by macro-F1", "For services", "For browsers", "Baselines")
    sentences = {s["topic"]: " ".join(s["lines"]) for s in _report()["conclusion"]["sentences"]}
    return "\n".join(f"- {topic}: {sentences[topic]}" for topic in wanted)


def _run_line(row: dict[str, Any]) -> str:
    base = row["model"].split("/")[-1] + (" (derived)" if row["derived"] else "")
    size = f"{row['int8_bytes'] / 1e6:.1f} MB" if row["int8_bytes"] else ""
    latency = (
        f"{row['onnx_fp32_ms']:.1f} / {row['onnx_int8_ms']:.1f} ms" if row["onnx_int8_ms"] else ""
    )
    parameters = f"{row['parameters'] / 1e6:.1f} M" if row["kind"] == "encoder" else ""
    training = f"{row['train_seconds'] / 60:.0f} min" if row["train_seconds"] >= 60 else ""
    if row["peak_memory_bytes"]:
        training += f", {row['peak_memory_bytes'] / 1e9:.1f} GB"
    low, high = row["macro_f1_ci95"]
    return (
        f"| **{row['run']}** | {base} | {parameters} | {training} | {size} | {latency} "
        f"| {row['accuracy']:.4f} | **{row['macro_f1']:.4f}** [{low:.3f}, {high:.3f}] |"
    )


def _published_line(row: dict[str, Any]) -> str:
    base = row["model"].split("/")[-1]
    return f"| *published* | {base} | | | | | {row['accuracy']:.4f} | {row['macro_f1']:.4f} |"


def _distillation() -> str:
    record = read_json(ROOT / "training" / "records" / "tinybert_base.json")
    pruned, distilled = record["pruned"], record["distilled"]
    epochs, minutes = distilled["recipe"]["epochs"], distilled["seconds"] / 60
    return (
        f"For TinyBERT, {epochs} passes over {distilled['texts']['n']:,} dialogue turns "
        f"({minutes:.0f} minutes on {record['machine']['cores']} cores) lowered the distance to "
        f"the teacher on held-out turns from {pruned['held_out_loss'][0]['loss']:.3f} to "
        f"{distilled['held_out_loss'][-1]['loss']:.3f}; fine-tuned alike, the pruned base reaches "
        f"{pruned['validation_macro_f1']:.4f} macro-F1 on validation, the distilled one "
        f"{distilled['validation_macro_f1']:.4f}."
    )

"""The blocks of training/README.md: encoders side by side, and what the recipe is made of."""

import functools
from typing import Any

from export.quality.facts import INT8, REFERENCE
from training.ladder import CHAINED, LADDER, LAYERS
from training.ladder import RECORD as LADDER_RECORD
from training.ladder.climb import load_ladder
from training.ladder.layers import layers_table
from training.ladder.plot import table
from training.report.compute import compute
from training.report.load import DEFAULT_RUNS, load_runs
from training.report.rank import measured_together
from training.report.words import fixed, listed, markdown_table
from training.run.artifact import ARTIFACTS_DIR, BROWSER_RUN, Artifact
from training.run.files import ROOT, read_json


def blocks() -> dict[str, str]:
    """Name of each block → Markdown."""
    return {
        "comparison": _comparison(),
        "verdict": _verdict(),
        "classes": _classes(read_json(Artifact(ARTIFACTS_DIR / BROWSER_RUN).metrics("test"))),
        "ladder": table(read_json(LADDER_RECORD), load_ladder(LADDER)),
        "layers": layers_table(
            *map(read_json, (LAYERS, ARTIFACTS_DIR / "minilm_l4" / LAYERS.name))
        ),
        "chained": chained_sentence(
            read_json(CHAINED), Artifact(ARTIFACTS_DIR / "minilm_l3").load_training_record()
        ),
        "distillation": _distillation(),
    }


def _classes(metrics: dict[str, Any]) -> str:
    scores = sorted(zip(metrics["per_class_f1"], metrics["label_names"], strict=True), reverse=True)
    best = ", ".join(f"{label} {score:.2f}" for score, label in scores[:5])
    worst = ", ".join(f"{label} {score:.2f}" for score, label in scores[-5:])
    return f"Best classes by F1: {best}. Worst: {worst}."


def _comparison() -> str:
    head = ["run", "base", "parameters", "training", "int8", "same label", "one text, fp32 / int8"]
    rows = [
        _published_cells(row)
        if row["kind"] == "published"
        else _run_cells(row, agreement_of(Artifact(ARTIFACTS_DIR / row["run"])))
        for row in _report()["table"]
    ]
    shown = markdown_table([*head, "validation macro-F1", "accuracy", "macro-F1"], rows)
    note = latency_note(_report()["runs"])
    return f"{shown}\n\n{note}" if note else shown


def latency_note(rows: list[dict[str, Any]]) -> str:
    """Which latencies compare: those of one measurement; empty where that is all of them.

    Args:
        rows: of a report, with ``measurement``, ``onnx_fp32_ms`` and ``onnx_int8_ms``.
    """
    timed = [row for row in rows if row["onnx_fp32_ms"] or row["onnx_int8_ms"]]
    if measured_together(timed):
        return ""
    groups: dict[str, list[str]] = {}
    for row in timed:
        groups.setdefault(row["measurement"] or row["run"], []).append(row["run"])
    together = "; ".join(listed(runs) for runs in groups.values() if runs[1:])
    if not together:
        return "Latencies were not measured together and do not compare."
    return f"Latencies compare only where they were measured together: {together}."


@functools.cache  # it takes thousands of resamples
def _report() -> dict[str, Any]:
    # The runs by name: not what somebody tries out beside them.
    return compute(*load_runs(DEFAULT_RUNS, ARTIFACTS_DIR))


def _verdict() -> str:
    wanted = ("Best by macro-F1", "For services", "For browsers", "Baselines")
    sentences = {s["topic"]: " ".join(s["lines"]) for s in _report()["conclusion"]["sentences"]}
    return "\n".join(f"- {topic}: {sentences[topic]}" for topic in wanted)


def agreement_of(artifact: Artifact) -> float | None:
    """Part of the test texts to which int8 gives the label of PyTorch; None if nobody measured."""
    if not artifact.parity.is_file():
        return None
    parity, metrics = read_json(artifact.parity), read_json(artifact.metrics("test"))
    same = parity["files"][REFERENCE]["sha256"] == metrics["weights_sha256"]
    return parity["results"][INT8]["agreement"] if same else None


def _run_cells(row: dict[str, Any], agreement: float | None) -> list[str]:
    base = row["model"].split("/")[-1] + (" (derived)" if row["derived"] else "")
    size = f"{row['int8_bytes'] / 1e6:.1f} MB" if row["int8_bytes"] else ""
    speeds = [row["onnx_fp32_ms"], row["onnx_int8_ms"]]
    latency = f"{fixed(speeds[0], 1)} / {fixed(speeds[1], 1)} ms" if any(speeds) else ""
    parameters = f"{row['parameters'] / 1e6:.1f} M" if row["kind"] == "encoder" else ""
    low, high = row["macro_f1_ci95"]
    validation = row["validation_macro_f1"]
    scores = [f"{validation:.4f}" if validation is not None else ""]
    scores += [f"{row['accuracy']:.4f}", f"**{row['macro_f1']:.4f}** [{low:.3f}, {high:.3f}]"]
    same = f"{agreement:.1%}" if agreement is not None else ""
    return [f"**{row['run']}**", base, parameters, _training(row), size, same, latency, *scores]


def _training(row: dict[str, Any]) -> str:
    if (row["train_seconds"] or 0) < 60:
        return ""
    place = f" on {row['gpu']}" if row["gpu"] else ""
    memory = f", {row['peak_memory_bytes'] / 1e9:.1f} GB" if row["peak_memory_bytes"] else ""
    return f"{row['train_seconds'] / 60:.0f} min{place}{memory}"


def _published_cells(row: dict[str, Any]) -> list[str]:
    base = row["model"].split("/")[-1]
    scores = [f"{row['accuracy']:.4f}", f"{row['macro_f1']:.4f}"]
    return ["*published*", base, "", "", "", "", "", "", *scores]


def chained_sentence(chained: dict[str, Any], kept: dict[str, Any]) -> str:
    """What it gave to go on like that to three layers, beside the run that was kept.

    Args:
        chained: the training record of the trial.
        kept: that of the run with as many layers on a pretrained base.
    """
    scores = [record["best_validation_macro_f1"] for record in (chained, kept)]
    gain = scores[0] - scores[1]
    return (
        f"Going on to three, from {chained['base']['id']}, did not pay: the mean of "
        f"{len(chained['students'])} students has {scores[0]:.4f} on validation, that of "
        f"{len(kept['students'])} on {kept['base']['id'].split('/')[-1]} {scores[1]:.4f} "
        f"({gain:+.4f}; [record](records/{CHAINED.name})). `{kept['run']}` is the latter, "
        "and of the former test was not looked at."
    )


def _distillation() -> str:
    record = read_json(ROOT / "training" / "records" / "tinybert_base.json")
    stacked = Artifact(ARTIFACTS_DIR / "minilm_l12_v1").load_training_record()["base"]["derivation"]
    pruned, distilled = record["pruned"], record["distilled"]
    epochs, minutes = distilled["recipe"]["epochs"], distilled["seconds"] / 60
    passes = stacked["recipe"]["epochs"]
    return (
        f"For TinyBERT, {epochs} passes over {distilled['texts']['n']:,} dialogue turns "
        f"({minutes:.0f} minutes on {record['machine']['cores']} cores) lowered the distance to "
        f"the teacher on held-out turns from {pruned['held_out_loss'][0]['loss']:.3f} to "
        f"{distilled['held_out_loss'][-1]['loss']:.3f}; fine-tuned alike, the pruned base reaches "
        f"{pruned['validation_macro_f1']:.4f} macro-F1 on validation, the distilled one "
        f"{distilled['validation_macro_f1']:.4f}. For MiniLM-L12, {passes} "
        f"pass{'es' if passes != 1 else ''} over {stacked['texts']['n']:,} turns lowered it from "
        f"{stacked['held_out_loss'][0]['loss']:.3f} to {stacked['held_out_loss'][-1]['loss']:.3f}."
    )

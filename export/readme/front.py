"""The blocks of README.md: what a newcomer wants to know first."""

from typing import Any

from export.bench import RECORD as BENCH
from export.bench.contenders import OURS
from export.choice import RECORD as CHOICE
from export.quality.engines import measured_engines
from export.quality.facts import BROWSER, FP32, INT8, REFERENCE
from export.readme.of_many import scale
from export.rows import RECORD as ROWS
from training.report.table import PUBLISHED
from training.report.words import listed, markdown_table
from training.run.artifact import ARTIFACTS_DIR, BROWSER_RUN, Artifact
from training.run.files import read_json

RUNTIMES = {
    REFERENCE: "PyTorch",
    FP32: "ONNX, fp32",
    INT8: "ONNX, int8",
    BROWSER: "**int8 in the browser**",
}
SERVICE = Artifact(ARTIFACTS_DIR / "mpnet_v1")  # too large for a page


def blocks() -> dict[str, str]:
    """Name of each block → Markdown."""
    artifact = Artifact(ARTIFACTS_DIR / BROWSER_RUN)
    parity = read_json(artifact.parity)
    metrics = read_json(artifact.metrics("test"))
    return {
        "results": _results(parity, metrics, read_json(PUBLISHED)),
        "page": _page(parity, read_json(BENCH)["contenders"][OURS]),
        "scale": scale(read_json(ROWS)),
        "tested": engines_sentence(parity),
        "others": _others(read_json(CHOICE), read_json(SERVICE.metrics("test"))),
    }


def _page(parity: dict[str, Any], ours: dict[str, Any]) -> str:
    browser = parity["results"][BROWSER]
    return (
        f"In the browser {browser['agreement']:.1%} of the texts get the label that PyTorch gives "
        f"them. A first visit transfers {ours['cold_bytes']['median'] / 1e6:.1f} MB, later ones "
        f"nothing; a text takes {ours['p50_ms']['median']:.1f} ms on one thread (median, Chromium, "
        "two cores)."
    )


def engines_sentence(parity: dict[str, Any]) -> str:
    """In which engines the whole split was classified, and how alike."""
    rows = measured_engines(parity)
    same = min(row["against_native_int8"]["agreement"] for row in rows)
    farthest = max(row["against_native_int8"]["max_logit_difference"] for row in rows)
    return (
        f"The whole {parity['split']} split was classified in "
        f"{listed([row['browser'] for row in rows])}: {same:.1%} of the labels are those of the "
        f"same int8 file run natively, and no logit is off by more than {farthest:.2f}."
    )


def _others(choice: dict[str, Any], service: dict[str, Any]) -> str:
    """The runs that are no more than another ``--run`` away, and what they are for."""
    rows = choice["candidates"]
    found = [
        f"`{name}` ({row['layers']} layers) takes {row['p50_of_peer']:.2f}× the time of "
        f"transformers.js with six and {row['first_visit_bytes'] / 1e6:.1f} MB, for a macro-F1 of "
        f"{row['quality']['test']['macro_f1']:.4f}"
        for name, row in rows.items()
        if row["layers"] < rows[choice["chosen"]]["layers"]
    ]
    return (
        f"Smaller ones, a `train.py` away: {'; '.join(found)} (int8, test). For services, where "
        f"size matters less: `{SERVICE.name}` ({service['base']['id'].split('/')[-1]}) with "
        f"{service['macro_f1']:.4f} and an accuracy of {service['accuracy']:.4f} in PyTorch."
    )


def _results(parity: dict[str, Any], metrics: dict[str, Any], published: dict[str, Any]) -> str:
    low, high = metrics["macro_f1_ci95"]
    rows = [
        [
            run["model"],
            "published, PyTorch",
            "",
            f"{run['accuracy']:.4f}",
            f"{run['macro_f1']:.4f}",
        ]
        for run in published["runs"]
    ]
    for name, result in parity["results"].items():
        size = parity["files"].get(name, parity["files"][INT8])["bytes"] / 1e6
        rows.append(
            [
                f"**{parity['run']}** ({metrics['base']['id'].split('/')[-1]})",
                RUNTIMES[name],
                f"{size:.1f} MB",
                f"{result['accuracy']:.4f}",
                f"**{result['macro_f1']:.4f}**",
            ]
        )
    head = ["model", "runtime", "size", "accuracy", "macro-F1"]
    return markdown_table(head, rows) + (
        f"\n\n{metrics['n']:,} test texts, {len(metrics['label_names'])} classes; "
        f"95 % interval of our macro-F1 {low:.3f}–{high:.3f}, and a difference inside it is no "
        f"finding; the right label is among the first three for {metrics['top3_accuracy']:.1%} of "
        f"the texts, among the first five for {metrics['top5_accuracy']:.1%}. The published rows "
        f"are the figures of an earlier project on the same split (n = {published['n']:,}), as it "
        "printed them; PyTorch weights are stored in half precision."
    )

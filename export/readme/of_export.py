"""The blocks of export/README.md: int8, the page in a browser, calibration, robustness."""

from typing import Any

from export.bench import GROWTH
from export.bench import RECORD as BENCH
from export.bench.growth_plot import bytes_sentence, growth_table
from export.bench.table import contender_table
from export.choice import RECORD as CHOICE
from export.choice.plot import table as choice_table
from export.quality.distance import worst_text
from export.quality.engines import HEAD, engine_cells, measured_engines
from export.quality.facts import REFERENCE
from export.readme import of_many
from export.readme.front import RUNTIMES
from export.search import RECORD as SEARCH
from export.search.candidates import table
from training.report.words import markdown_table
from training.run.artifact import ARTIFACTS_DIR, BROWSER_RUN, Artifact
from training.run.files import ROOT, read_json

SESSIONS = ROOT / "export" / "records" / "sessions.json"
_EARLIER = Artifact(ARTIFACTS_DIR / "minilm_v2")  # what large teachers did not teach


def blocks() -> dict[str, str]:
    """Name of each block → Markdown."""
    artifact = Artifact(ARTIFACTS_DIR / BROWSER_RUN)
    calibration, robustness = read_json(artifact.calibration), read_json(artifact.robustness)
    parity = read_json(artifact.parity)
    return {
        "cost": _cost(parity),
        "engines": engines(parity),
        "quantization": table(read_json(SEARCH)),
        "bench": contender_table(read_json(BENCH)),
        "choice": _choice(),
        "growth": _growth(),
        **of_many.blocks(),
        "sessions": _sessions(read_json(SESSIONS)["sessions"]),
        "calibration": _calibration(calibration),
        "families": _families(calibration),
        "robustness": _robustness(robustness),
        "behaviour": _behaviour(
            robustness["behaviour"], read_json(_EARLIER.robustness)["behaviour"]
        ),
    }


def _cost(parity: dict[str, Any]) -> str:
    gate = parity["gate"]
    rows = []
    for name, result in parity["results"].items():
        if name == REFERENCE:
            continue
        low, high = result["macro_f1_difference_ci95"]
        rows.append(
            [
                RUNTIMES[name].strip("*"),
                f"{result['macro_f1_difference']:+.4f}",
                f"{low:+.4f} … {high:+.4f}",
                f"{result['agreement']:.1%}",
                worst_text(result["worst_class"]),
            ]
        )
    rows.append(
        [
            "*gate*",
            f"*≥ {-gate['max_macro_f1_drop']:g}*",
            "",
            f"*≥ {100 * gate['min_agreement']:g}%*",
            f"*≥ {-gate['max_class_f1_drop']:g}*",
        ]
    )
    head = ["against PyTorch", "macro-F1", "95 % interval", "same label", "worst class"]
    return markdown_table(head, rows)


def engines(parity: dict[str, Any]) -> str:
    """The engines side by side, and what their times are of."""
    rows = measured_engines(parity)
    head = [
        "engine",
        "same label as native int8",
        "as Chromium",
        "logits off by at most",
        *HEAD[4:],
    ]
    note = f"\n\n{parity['n']:,} texts of the {parity['split']} split, one at a time"
    if "p50_ms" in rows[0]:
        made = rows[0]["machine"]
        note += (
            f", on one thread ({made['processor']}, {made['cores']} cores); Firefox and WebKitGTK "
            "tell the time in whole milliseconds. *Offline*: whether the next visit was answered "
            "with the server gone"
        )
    return f"{markdown_table(head, engine_cells(parity))}{note}."


def _choice() -> str:
    record = read_json(CHOICE)
    picture = "![int8 macro-F1 on validation against milliseconds and megabytes, a run a point]"
    return f"{choice_table(record)}\n\n{picture}(../.github/choice.svg)"


def _growth() -> str:
    picture = "![Milliseconds of a text against its tokens, a page a line](../.github/growth.svg)"
    return f"{growth_table(read_json(GROWTH))}\n\n{picture}\n\n{bytes_sentence(read_json(BENCH))}"


def _sessions(sessions: dict[str, Any]) -> str:
    opened = [facts for facts in sessions.values() if "error" not in facts]
    p50 = [facts["p50_ms"]["median"] for facts in opened]
    created = [facts["create_ms"]["median"] for facts in opened]
    same = min(facts["same_label"] for facts in opened)
    return (
        f"{len(opened)} ways to open the same int8 file on one thread were measured (levels of "
        "optimization, here or beforehand, ORT format, memory pattern, arena, denormals, packing): "
        f"a text takes {min(p50):.1f} to {max(p50):.1f} ms and {same:.0%} of the labels are the "
        f"same, whichever it is; the session is created in {min(created):.0f} to "
        f"{max(created):.0f} ms."
    )


_RIGHT = ("right when sure", "right otherwise", "right family")


def _calibration(record: dict[str, Any]) -> str:
    head = ["split", "texts", "calibration error, before → after", "of a perfect one", "sure of"]
    lines = []
    for split, facts in record["splits"].items():
        ece, sure = facts["ece"], facts["sure"]
        lines.append(
            [
                split,
                f"{facts['n']:,}",
                f"{ece['before']:.3f} → {ece['after']:.3f}",
                f"{ece['of_a_perfect_one']:.3f}",
                f"{sure['coverage']:.1%}",
                f"{sure['accuracy']:.1%}",
                f"{sure['accuracy_of_the_rest']:.1%}",
                f"{facts['family_accuracy']:.1%}",
            ]
        )
    return markdown_table([*head, *_RIGHT], lines) + (
        f"\n\nTemperature {record['temperature']:.3f} · h^{record['temperature_slope']:.2f}, "
        "h being the entropy of a text's answer as a share of the largest there is; "
        "*not sure* below a probability of "
        f"{record['unsure_below']:.2f}, the lowest from which at least "
        f"{record['settings']['sure_accuracy']:.0%} of the answers are right, by the lower bound "
        f"(one-sided, {record['settings']['confidence']:.0%}) of what {record['fitted_on']} shows."
    )


def _families(record: dict[str, Any]) -> str:
    return "\n".join(f"- {', '.join(family)}" for family in record["families"])


def _robustness(record: dict[str, Any]) -> str:
    rows = [
        [
            row.get("description", name),
            f"{row['changed']:.0%}",
            f"{row['accuracy']:.4f}",
            f"{row['macro_f1']:.4f}",
            f"{row['agreement']:.1%}",
        ]
        for name, row in record["perturbations"].items()
    ]
    head = ["the test texts", "changed", "accuracy", "macro-F1", "same answer"]
    return markdown_table(head, rows)


def _behaviour(record: dict[str, Any], earlier: dict[str, Any]) -> str:
    before = earlier["capabilities"]
    rows = [
        [name, str(row["n"]), f"{row['pass_rate']:.0%}", f"{before[name]['pass_rate']:.0%}"]
        for name, row in record["capabilities"].items()
    ]
    total = f"**{record['pass_rate']:.0%}**"
    rows.append(["**all**", str(record["n"]), total, f"{earlier['pass_rate']:.0%}"])
    return markdown_table(["capability", "pairs", "passed", f"by {_EARLIER.name}"], rows)

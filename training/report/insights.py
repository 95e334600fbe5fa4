"""Sentences that follow from the numbers of a report; each is empty where it has no ground.

A line break parts what is better read line by line.
"""

from training.report.classes import HARD_F1
from training.report.rank import (
    Report,
    Row,
    encoders,
    lead_of,
    measured_together,
    not_ranked,
    ranked,
)
from training.report.words import bounds, listed, percent, signed, verb

NEAR = 0.02  # of macro-F1: a baseline this close to an encoder is named, chance or not

_COSTS = {
    "int8_bytes": ("int8 size", "whether a browser host takes the file"),
    "onnx_fp32_ms": ("fp32 latency", "how fast a service would be"),
    "onnx_int8_ms": ("int8 latency", "what a millisecond in the browser buys"),
}


def quality_for(report: Report, key: str) -> str:
    """Who adds most over the strongest baseline for a megabyte or a millisecond, on validation."""
    unit, cost = {
        "per_megabyte": ("megabyte of int8 file", "int8_bytes"),
        "per_millisecond": ("millisecond of int8", "onnx_int8_ms"),
    }[key]
    # The best stands first; where even that one is not ranked, no gain over it is known.
    baselines = [row for row in report["runs"] if row["kind"] == "baseline"]
    if baselines and not ranked(baselines):
        return ""
    timed = [row for row in ranked(encoders(report)) if row["onnx_int8_ms"] is not None]
    if key == "per_millisecond" and not measured_together(timed):
        names = listed([row["run"] for row in timed])
        return f"The int8 latencies of {names} were not measured together and do not rank."
    over = baselines[0]["run"] if baselines else None
    floor = baselines[0]["validation_macro_f1"] if baselines else 0.0
    gains = {
        row["run"]: (row["validation_macro_f1"] - floor) / row[cost]
        for row in ranked(encoders(report))
        if row[cost] is not None
    }
    order = sorted(gains, key=lambda run: (-gains[run], run))
    if not order:
        return ""
    first, last = order[0], order[-1]
    above = f"above {over}" if over else "above 0"
    if gains[first] <= 0:
        return f"No encoder with this cost on record adds to macro-F1 {above} on validation."
    points = {row["run"]: row[key] for row in report["efficiency"] if row["over"] == over}
    measured = "" if len(gains) == len(ranked(encoders(report))) else "Of those measured, "
    text = (
        f"{measured}{first} adds most for each {unit} on validation; on test "
        f"{points[first]:.2f} points of macro-F1 {above}"
    )
    if last != first:
        text += f"; {last} adds least, {points[last]:.2f}"
    return f"{text}. A point is a hundredth."


def baselines(report: Report) -> str:
    """Whether a baseline comes near an encoder, or passes it."""
    rows = report["runs"]
    sentences, closest = [], None
    for low, baseline in enumerate(rows):
        if baseline["kind"] != "baseline":
            continue
        for place, encoder in enumerate(rows):
            if encoder["kind"] != "encoder":
                continue
            if place < low:
                lead = lead_of(report, encoder, baseline)
                gap = lead["difference"]
            else:
                lead = lead_of(report, baseline, encoder)
                gap = -lead["difference"]
            if closest is None or gap < closest[0]:
                closest = (gap, baseline["run"], encoder["run"])
            sentences.append(_near(baseline, encoder, gap, lead["beyond_chance"]))
    if closest is None:
        return ""
    found = [sentence for sentence in sentences if sentence]
    gap, baseline, encoder = closest
    return "\n".join(found) or (
        f"No baseline comes near an encoder: the closest, {baseline}, is {gap:.4f} of macro-F1 "
        f"below {encoder}."
    )


def _near(baseline: Row, encoder: Row, gap: float, beyond_chance: bool) -> str:
    names = f"The baseline {baseline['run']}", encoder["run"]
    if gap < 0 and beyond_chance:
        return f"{names[0]} is better than the encoder {names[1]}, by {-gap:.4f} of macro-F1."
    if not beyond_chance:
        return f"{names[0]} is not told apart from the encoder {names[1]} ({signed(-gap)})."
    if gap < NEAR:
        return f"{names[0]} comes within {gap:.4f} of macro-F1 of the encoder {names[1]}."
    return ""


def against_published(report: Report) -> str:
    """Where the published figure of the same name or the same base lies to our interval."""
    sentences = []
    for theirs in report["published"]:
        for ours in encoders(report):
            if ours["run"] == theirs["run"] or ours["model"] == theirs["model"]:
                sentences.append(_against(ours, theirs))
    if sentences:
        sentences.append("No paired test is possible, since only the published totals are known.")
    return "\n".join(sentences)


def _against(ours: Row, theirs: Row) -> str:
    low, high = ours["macro_f1_ci95"]
    value = theirs["macro_f1"]
    if value < low:
        where = "below this interval: ours is higher"
    elif value > high:
        where = "above this interval: ours is lower"
    else:
        where = "inside this interval: no difference is shown"
    base = ""
    if ours["model"] != theirs["model"]:
        kind = "a derived base" if ours["derived"] else "another base"
        base = f", but stands on {kind}, {ours['model']} instead of {theirs['model']}"
    return (
        f"{ours['run']} has {ours['macro_f1']:.4f} "
        f"({bounds(ours['macro_f1_ci95'], plus=False)}){base}; the published {theirs['run']} has "
        f"{value:.4f}, {where}."
    )


def worst_calibrated(report: Report) -> str:
    """The encoder whose confidences hold least."""
    rows = encoders(report) or report["runs"]
    worst = max(rows, key=lambda row: (row["ece"], row["run"]))
    gap = report["calibration"][worst["run"]]["mean_confidence"] - worst["accuracy"]
    side = "more" if gap > 0 else "less"
    opening = "Worst calibrated is" if len(rows) > 1 else "The calibration is that of"
    return (
        f"{opening} {worst['run']}, with an error of {worst['ece']:.3f}: on average it is "
        f"{abs(gap) * 100:.1f} points {side} confident than right."
    )


def hard_classes(report: Report) -> str:
    """Classes that no encoder knows well."""
    if not encoders(report):
        return ""
    hard = [f"{row['label']} (at most {row['highest_f1']:.2f})" for row in report["hard_classes"]]
    if not hard:
        return f"No class has an F1 below {HARD_F1} in every encoder."
    return f"Below an F1 of {HARD_F1} in every encoder: {listed(hard)}."


def together(report: Report) -> str:
    """What the encoders would reach in concert, and what none of them can."""
    shared = report["together"]
    if not shared:
        return ""
    n, gain = report["data"]["n"], shared["vote_over_best"]
    worth = "more than chance explains" if gain["beyond_chance"] else "which may be chance"
    if gain["difference"] < 0:
        worth = "so it does not help" if gain["beyond_chance"] else "so it is no gain"
    return (
        f"All {len(shared['runs'])} encoders give the same right answer to "
        f"{percent(shared['agree_right'] / n)} of the texts and the same wrong one to "
        f"{percent(shared['agree_wrong'] / n)} ({shared['agree_wrong']:,} texts: look there for "
        f"doubtful labels). At least one is right on {percent(shared['oracle_accuracy'])}. A "
        f"majority vote reaches a macro-F1 of {shared['vote_macro_f1']:.4f}, "
        f"{signed(gain['difference'])} against {gain['run']} ({bounds(gain['ci95'])}), {worth}."
    )


def not_known(report: Report) -> str:
    """Runs and costs that are not on record, and what cannot be said for want of them."""
    sentences = []
    gone = [row["run"] for row in report["missing"]]
    if gone:
        are = verb(gone, "is", "are")
        sentences.append(f"Nothing is said of {listed(gone)}, which {are} not there.")
    sentences += not_ranked(report)
    unmeasured: dict[str, None] = {}
    for key, (what, question) in _COSTS.items():
        lacking = [row["run"] for row in encoders(report) if row[key] is None]
        if lacking:
            unmeasured |= dict.fromkeys(lacking)
            sentences.append(
                f"The {what} of {listed(lacking)} is not on record, so it cannot be concluded "
                f"{question}."
            )
    if unmeasured:
        sentences.append(
            f"Measure costs with python scripts/measure.py cost --run {' '.join(unmeasured)}."
        )
    if len(report["measured_on"]) > 1:
        groups = [place["runs"] for place in report["measured_on"]]
        timed = [run for runs in groups for run in runs]
        what = "Latencies were not measured together (in turns, on one machine) and do not compare"
        if len(timed) > len(groups):
            what = "Only latencies measured together (in turns, on one machine) compare"
            what += ": " + "; ".join(listed(runs) for runs in groups)
        sentences.append(
            f"{what}; python scripts/measure.py cost --run {' '.join(timed)} measures them so."
        )
    return "\n".join(sentences)

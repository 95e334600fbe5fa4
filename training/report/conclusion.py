"""Which run is best, which one to take for services and which for browsers, and why.

Validation chooses, test tells what the chosen one is worth.
"""

from collections.abc import Sequence
from typing import Any

from training.report import insights
from training.report.rank import (
    Report,
    Row,
    encoders,
    lead_of,
    measured_together,
    ranked,
    validation_lead,
)
from training.report.words import bounds, listed, signed, verb

# A common static host takes no larger file.
BROWSER_LIMIT_BYTES = 25 * 2**20


def conclude(report: Report) -> dict[str, Any]:
    """The choices and the sentences that explain them, all from the numbers in ``report``.

    Returns:
        ``best``, ``service`` and ``browser``: run names, None where nothing can be chosen;
        ``sentences``: topic and lines of text, in the order to read them.
    """
    service, service_text = choose_for_services(report)
    browser, browser_text = choose_for_browsers(report)
    sentences = [
        ("Best by macro-F1", describe_best(report)),
        ("For services", service_text + _on_test(report, service)),
        ("For browsers", browser_text + _on_test(report, browser)),
        ("Quality for size", insights.quality_for(report, "per_megabyte")),
        ("Quality for time", insights.quality_for(report, "per_millisecond")),
        ("Baselines", insights.baselines(report)),
        ("Against the published figures", insights.against_published(report)),
        ("Calibration", insights.worst_calibrated(report)),
        ("Hard classes", insights.hard_classes(report)),
        ("Together", insights.together(report)),
        ("Not known", insights.not_known(report)),
    ]
    return {
        "best": next((row["run"] for row in ranked(report["runs"])), None),
        "service": service,
        "browser": browser,
        "browser_limit_bytes": BROWSER_LIMIT_BYTES,
        "sentences": [
            {"topic": topic, "lines": text.split("\n")} for topic, text in sentences if text
        ],
    }


def describe_best(report: Report) -> str:
    """The first row of the table, what its lead on validation is worth, and what test says."""
    rows = ranked(report["runs"])
    if not rows:
        return "No run has a record of validation, so none is called the best."
    first, *others = rows
    if not others:
        return f"{first['run']} is the only one ranked; there is nothing to compare it with."
    second = others[0]
    lead = validation_lead(report, first, second)
    score, on_test = f"{first['validation_macro_f1']:.4f}", _leads_on_test(report, first, second)
    if lead["difference"] == 0:
        return (
            f"{first['run']} and {second['run']} share the highest macro-F1 on validation, "
            f"{score}; that one of them stands first means nothing. {on_test}"
        )
    opening = (
        f"{first['run']}, chosen on validation: there it has the highest macro-F1, {score}. Its "
        f"lead over the next one, {second['run']}, is {signed(lead['difference'])} "
        f"(95 % interval {bounds(lead['ci95'])})"
    )
    if lead["beyond_chance"]:
        return f"{opening}: more than chance in the choice of texts explains. {on_test}"
    tied = [row["run"] for row in _tied_with_first(report, rows)[1:]]
    return (
        f"{opening}: the interval holds 0, so these texts do not tell the two apart. Not told "
        f"apart from the best: {listed(tied)}. {on_test}"
    )


def _leads_on_test(report: Report, first: Row, second: Row) -> str:
    lead = lead_of(report, first, second)
    return (
        f"On test it has {first['macro_f1']:.4f}, {signed(lead['difference'])} against "
        f"{second['run']} ({bounds(lead['ci95'])})."
    )


def _on_test(report: Report, run: str | None) -> str:
    """What the chosen run has on test, and beside it the best one, where that was not chosen."""
    if run is None:
        return ""
    scores = {row["run"]: row["macro_f1"] for row in report["runs"]}
    best = ranked(encoders(report))[0]["run"]
    others = f"; {best}, the best on validation, has {scores[best]:.4f}" if best != run else ""
    return f" On test it has a macro-F1 of {scores[run]:.4f}{others}."


def choose_for_services(report: Report) -> tuple[str | None, str]:
    """The best encoder on validation, or the fastest of those not told apart from it there."""
    candidates = ranked(encoders(report))
    if not candidates:
        lacking = "has a record of validation" if encoders(report) else "is among the runs"
        return None, f"No encoder {lacking}, so none can be advised."
    best, tied = candidates[0], _tied_with_first(report, candidates)
    if len(tied) == 1:
        speed = best["onnx_fp32_ms"]
        takes = f" It answers in {speed:.1f} ms (onnxruntime, fp32, one thread)." if speed else ""
        why = " every other encoder is lower beyond chance" if candidates[1:] else " it is the only"
        end = " on validation." if candidates[1:] else " encoder that is ranked."
        return best["run"], f"Take {best['run']}:{why}{end}{takes}"
    opening = f"{listed([row['run'] for row in tied])} are not told apart by macro-F1 on validation"
    unmeasured = [row["run"] for row in tied if row["onnx_fp32_ms"] is None]
    if unmeasured:
        gap = f"the fp32 latency of {listed(unmeasured)} is not on record"
        return _smallest_instead(tied, gap, opening)
    if not measured_together(tied):
        return _smallest_instead(tied, "their latencies were not measured together", opening)
    fastest = min(tied, key=lambda row: (row["onnx_fp32_ms"], row["run"]))
    times = ", ".join(f"{row['run']} {row['onnx_fp32_ms']:.1f} ms" for row in tied)
    return fastest["run"], (
        f"Take {fastest['run']}: {opening}, and it is the fastest of them (onnxruntime, fp32, "
        f"one thread: {times})."
    )


def _smallest_instead(tied: Sequence[Row], gap: str, opening: str) -> tuple[str | None, str]:
    if any(row["parameters"] is None for row in tied):
        return None, f"No choice can be made: {opening}, and {gap}."
    smallest = min(tied, key=lambda row: (row["parameters"], row["run"]))
    return smallest["run"], (
        f"Take {smallest['run']} for the time being: {opening}, and {gap}, so the one with the "
        f"fewest parameters ({smallest['parameters'] / 1e6:.1f} million) stands in for the "
        "fastest; whether it is the fastest cannot be concluded."
    )


def choose_for_browsers(report: Report) -> tuple[str | None, str]:
    """The best encoder whose int8 file a static host takes; of those not told apart, the smallest.

    Validation tells them apart. Quality is that of the PyTorch model: what int8 costs is measured
    elsewhere.
    """
    candidates = ranked(encoders(report))
    limit = f"{BROWSER_LIMIT_BYTES / 2**20:.0f} MiB"
    unknown = [row["run"] for row in candidates if row["int8_bytes"] is None]
    known = [row for row in candidates if row["int8_bytes"] is not None]
    fitting = [row for row in known if row["int8_bytes"] <= BROWSER_LIMIT_BYTES]
    large = [row["run"] for row in known if row["int8_bytes"] > BROWSER_LIMIT_BYTES]
    notes = f" Over the limit of {limit}: {listed(large)}." if large else ""
    if unknown:
        notes += f" Whether {listed(unknown)} {verb(unknown, 'fits', 'fit')} is not on record."
    if not fitting:
        return None, f"No encoder is known to fit a host that takes files of {limit}.{notes}"
    tied = _tied_with_first(report, fitting)
    smallest = min(tied, key=lambda row: (row["int8_bytes"], row["run"]))
    size = f"{smallest['int8_bytes'] / 1e6:.1f} MB as int8"
    if len(fitting) == 1:
        why = f"it is the only encoder known to fit a host that takes files of {limit} ({size})"
    elif len(tied) == 1:
        why = f"of those known to fit {limit}, it is the best beyond chance on validation ({size})"
    else:
        why = (
            f"of the encoders known to fit {limit}, {listed([row['run'] for row in tied])} are not "
            f"told apart by macro-F1 on validation, and it is the smallest of them ({size})"
        )
    return smallest["run"], f"Take {smallest['run']}: {why}.{notes}"


def _tied_with_first(report: Report, rows: Sequence[Row]) -> list[Row]:
    first, *others = rows
    return [
        first,
        *(row for row in others if not validation_lead(report, first, row)["beyond_chance"]),
    ]

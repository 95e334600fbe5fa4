"""Which run is best, which one to take for services and which for browsers, and why."""

from collections.abc import Sequence
from typing import Any

from training.report import insights
from training.report.insights import Report, Row, encoders, lead_of, measured_together
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
        ("For services", service_text),
        ("For browsers", browser_text),
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
        "best": report["runs"][0]["run"],
        "service": service,
        "browser": browser,
        "browser_limit_bytes": BROWSER_LIMIT_BYTES,
        "sentences": [
            {"topic": topic, "lines": text.split("\n")} for topic, text in sentences if text
        ],
    }


def describe_best(report: Report) -> str:
    """The first row of the table, and what its lead over the others is worth."""
    first, *others = report["runs"]
    if not others:
        return f"{first['run']} is the only run that is there; there is nothing to compare it with."
    second = others[0]
    lead = lead_of(report, first, second)
    opening = (
        f"{first['run']} has the highest macro-F1, {first['macro_f1']:.4f}. Its lead over the next "
        f"one, {second['run']}, is {signed(lead['difference'])} "
        f"(95 % interval {bounds(lead['ci95'])})"
    )
    if lead["difference"] == 0:
        return f"{first['run']} and {second['run']} share the highest macro-F1, " + (
            f"{first['macro_f1']:.4f}; that one of them stands first means nothing."
        )
    if lead["beyond_chance"]:
        return f"{opening}: more than chance in the choice of test texts explains."
    tied = [row["run"] for row in others if not lead_of(report, first, row)["beyond_chance"]]
    return (
        f"{opening}: the interval holds 0, so these texts do not tell the two apart. Not told "
        f"apart from the best: {listed(tied)}."
    )


def choose_for_services(report: Report) -> tuple[str | None, str]:
    """The best encoder, or the fastest of those not told apart from it."""
    candidates = encoders(report)
    if not candidates:
        return None, "No encoder is among the runs, so none can be advised."
    best, tied = candidates[0], _tied_with_first(report, candidates)
    if len(tied) == 1:
        speed = best["onnx_fp32_ms"]
        takes = f" It answers in {speed:.1f} ms (onnxruntime, fp32, one thread)." if speed else ""
        why = " every other encoder is lower beyond chance" if candidates[1:] else " it is the only"
        end = "." if candidates[1:] else " encoder there."
        return best["run"], f"Take {best['run']}:{why}{end}{takes}"
    opening = f"{listed([row['run'] for row in tied])} are not told apart by macro-F1"
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

    Quality is that of the PyTorch model: what int8 costs is measured elsewhere.
    """
    candidates = encoders(report)
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
        why = f"of the encoders that fit {limit}, it is the best beyond chance ({size})"
    else:
        why = (
            f"of the encoders that fit {limit}, {listed([row['run'] for row in tied])} are not "
            f"told apart by macro-F1, and it is the smallest of them ({size})"
        )
    return smallest["run"], f"Take {smallest['run']}: {why}.{notes}"


def _tied_with_first(report: Report, rows: Sequence[Row]) -> list[Row]:
    first, *others = rows
    return [
        first,
        *(row for row in others if not lead_of(report, first, row)["beyond_chance"]),
    ]

"""How far one runtime's logits are from another's, and whether that is too far. Pure arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from export.quality.facts import BROWSER, ENGINES, INT8
from training.measure.bootstrap import macro_f1_difference_interval
from training.measure.metrics import macro_f1, per_class_f1
from training.report.words import NOTHING
from training.run.config import ParityConfig

_GATED = (INT8, BROWSER)

Logits = NDArray[np.floating]  # [n, labels]


def compare(
    logits: Logits,
    reference: Logits,
    truth: NDArray[Any],
    labels: list[str],
    min_support: int = 1,
) -> dict[str, Any]:
    """Quality of one runtime, and its distance from the reference.

    Args:
        logits, reference: [n, labels].
        truth: [n], true label indices.
        min_support: texts that a class must have to be the ``worst_class``; the worst of those with
            fewer, if there are any, is the ``worst_small_class``.
    """
    predicted, expected = logits.argmax(axis=1), reference.argmax(axis=1)
    count = len(labels)
    drops = per_class_f1(expected, truth, count) - per_class_f1(predicted, truth, count)
    support = np.bincount(truth, minlength=count)
    enough = support >= min_support
    small = _worst(drops, support, labels, ~enough)
    score = macro_f1(predicted, truth, count)
    return {
        "accuracy": float(np.mean(predicted == truth)),
        "macro_f1": score,
        "agreement": float(np.mean(predicted == expected)),
        "macro_f1_difference": score - macro_f1(expected, truth, count),
        "macro_f1_difference_ci95": macro_f1_difference_interval(predicted, expected, truth, count),
        "worst_class": _worst(drops, support, labels, enough),
        **({"worst_small_class": small} if small else {}),
        "max_logit_difference": float(np.abs(logits - reference).max()),
    }


def _worst(
    drops: NDArray[np.float64], support: NDArray[Any], labels: list[str], among: NDArray[np.bool_]
) -> dict[str, Any] | None:
    """The class that loses most, of those ``among`` is true for; None where it is for none."""
    if not among.any():
        return None
    worst = int(np.where(among, drops, -np.inf).argmax())
    return {
        "label": labels[worst],
        "f1_drop": float(drops[worst]),
        "support": int(support[worst]),
    }


def logit_distance(logits: Logits, reference: Logits) -> dict[str, Any]:
    """How far two sets of logits, [n, labels] each, lie apart."""
    return {
        "logit_rms": float(np.sqrt(np.mean((logits - reference) ** 2))),
        "agreement": float(np.mean(logits.argmax(axis=1) == reference.argmax(axis=1))),
    }


def against_native(browser_logits: Logits, native: Logits) -> dict[str, float]:
    """How far the same int8 file differs between WebAssembly and this machine's own kernels."""
    differences = np.abs(browser_logits - native).max(axis=1)  # [n]
    return {
        "agreement": float(np.mean(browser_logits.argmax(axis=1) == native.argmax(axis=1))),
        **{f"logit_difference_p{p}": float(np.percentile(differences, p)) for p in (50, 90, 99)},
        "max_logit_difference": float(differences.max()),
    }


def breaches(results: dict[str, dict[str, Any]], gate: ParityConfig) -> list[str]:
    """What is outside the gate, one sentence each."""
    found = []
    for name in _GATED:
        if name not in results:
            continue
        result = results[name]
        drop, worst = -result["macro_f1_difference"], result["worst_class"]
        if drop > gate.max_macro_f1_drop:
            found.append(
                f"{name}: macro-F1 {drop:.4f} below torch, allowed {gate.max_macro_f1_drop}"
            )
        if result["agreement"] < gate.min_agreement:
            found.append(
                f"{name}: agreement {result['agreement']:.4f}, wanted {gate.min_agreement}"
            )
        if worst is not None and worst["f1_drop"] > gate.max_class_f1_drop:
            found.append(
                f"{name}: class '{worst['label']}' loses {worst['f1_drop']:.3f} F1, "
                f"allowed {gate.max_class_f1_drop}"
            )
    for row in results.get(BROWSER, {}).get(ENGINES, {}).values():
        same = row["against_native_int8"]["agreement"]
        if same < gate.min_agreement:
            found.append(
                f"{BROWSER}: {row['browser']} gives {same:.4f} of the texts the label of native "
                f"int8, wanted {gate.min_agreement}"
            )
    return found


def not_gated(results: dict[str, dict[str, Any]], gate: ParityConfig) -> list[str]:
    """What the gate could not judge for want of texts, one sentence each."""
    names = [name for name in _GATED if name in results]
    if all(results[name]["worst_class"] is not None for name in names):
        return []
    return [
        f"no class has {gate.min_class_support} texts (parity.min_class_support); "
        "the loss of single classes is not gated"
    ]


def worst_text(worst: dict[str, Any] | None) -> str:
    """A ``worst_class`` as a table has it: its name and by how much its F1 changes."""
    return f"{worst['label']} {0 - worst['f1_drop']:+.3f}" if worst else NOTHING

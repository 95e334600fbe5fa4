"""The rule by which the page's run is chosen, and what it says of measured candidates."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass

from training.run.config import RunName
from training.run.data_config import STRICT, Fraction
from training.run.errors import InputError
from training.run.settings import read_settings

_ROUNDING = 1e-9  # 0.58 − 0.57 is a little more than 0.01


@dataclass(frozen=True, config=STRICT)
class Rule:
    """The fastest candidate whose macro-F1 on validation is at most ``within`` below the best.

    ``peer`` is the run whose model is measured in transformers.js beside them.
    """

    candidates: Annotated[list[RunName], Field(min_length=1)]
    within: Fraction
    peer: RunName


def load_rule(path: Path) -> Rule:
    """Read and check a rule.

    Raises:
        InputError: unreadable, an unknown or missing key, a value of the wrong kind, or a candidate
            named twice.
    """
    rule = read_settings(path, Rule)
    if twice := [name for name in rule.candidates if rule.candidates.count(name) > 1]:
        raise InputError(f"{path}: the candidate '{twice[0]}' stands there twice; remove one")
    return rule


def eligible(rule: Rule, rows: Mapping[str, Any]) -> list[str]:
    """The candidates that are good enough, in the order of the rule.

    Args:
        rows: of each candidate, macro-F1 as ``["quality"]["validation"]["macro_f1"]``.

    Raises:
        InputError: a candidate was not measured.
    """
    if missing := [name for name in rule.candidates if name not in rows]:
        raise InputError(f"no measurement of '{missing[0]}'; run scripts/study/choose.py")
    scores = {name: validation_score(rows[name]) for name in rule.candidates}
    least = max(scores.values()) - rule.within - _ROUNDING
    return [name for name, score in scores.items() if score >= least]


def choose(rule: Rule, rows: Mapping[str, Any]) -> str:
    """The run that the rule names; of equally fast ones the first in the rule.

    Args:
        rows: as for ``eligible``; milliseconds a text as ``["p50_ms"]["median"]``.

    Raises:
        InputError: a candidate was not measured.
    """
    return min(eligible(rule, rows), key=lambda name: rows[name]["p50_ms"]["median"])


def validation_score(row: Mapping[str, Any]) -> float:
    """What the rule compares: macro-F1 of the int8 file on validation."""
    return row["quality"]["validation"]["macro_f1"]

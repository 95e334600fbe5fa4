"""A card as a page: the template, filled with facts and the pictures of them."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from export.quality.facts import REFERENCE
from export.site.card.figures import difference_plot, reliability, score_plot, share_bar
from export.site.card.heat import heat_map, legend
from export.site.card.svg import MINUS
from training.report.words import NOTHING, percent

TEMPLATE = "card.html.j2"
Facts = dict[str, Any]


def render_card(templates: Path, facts: Facts) -> str:
    """The page ``card.html``.

    Args:
        templates: folder of the site's templates.
        facts: as ``card_facts`` collects them.
    """
    environment = Environment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "percent": lambda value: NOTHING if value is None else percent(value),
        "score": lambda value: _number(value, "{:.3f}"),
        "signed": lambda value: _number(value, "{:+.3f}", plus=True),
        "ms": lambda value: _number(value, "{:.1f} ms"),
        "megabytes": lambda value: _number(value, "{:.1f} MB", 1e6),
        "count": lambda value: _number(value, "{:,}"),
        "bar": share_bar,
    }
    values = {**facts, "page": facts["config"].page, "figures": _figures(facts)}
    return environment.get_template(TEMPLATE).render(values)


def _number(value: float | None, form: str, unit: float = 1, plus: bool = False) -> str:
    """A number as it is written; a dash where there is none, and no negative nothing."""
    if value is None:
        return NOTHING
    shown = round(value, 3) + 0.0 if plus else value / unit if unit != 1 else value
    return form.format(shown).replace("-", MINUS)


def _figures(facts: Facts) -> dict[str, Markup | list | None]:
    """Each picture whose numbers are there."""
    reached = facts["reliability"]["reliability"]
    return {
        "runs": _runs(facts["runs"]) if facts["runs"] else None,
        "cost": _cost(facts),
        "reliability": reliability(
            reached,
            facts["bundle"]["unsure_below"],
            f"Share of right answers against the probability shown, in {len(reached)} groups of "
            "answers; on the diagonal both are equal.",
        ),
        "confusion": _confusion(facts) if facts["confusion"] else None,
        "legend": legend(),
    }


def _runs(rows: list[Facts]) -> Markup:
    shown = [
        {
            "name": row["run"] if row["kind"] != "published" else row["model"].split("/")[-1],
            "score": row["macro_f1"],
            "interval": row["macro_f1_ci95"],
            "kind": "this" if row["this"] else row["kind"],
        }
        for row in rows
    ]
    best = max(shown, key=lambda row: row["score"])
    return score_plot(
        shown,
        f"Macro-F1 of {len(shown)} models on the same test texts with 95 percent intervals; the "
        f"highest is {best['score']:.3f} of {best['name']}.",
    )


def _cost(facts: Facts) -> Markup:
    shown = [
        {
            "name": row["name"],
            "score": row["macro_f1_difference"],
            "interval": row["macro_f1_difference_ci95"],
            "kind": "this",
        }
        for row in facts["runtimes"]
        if row["key"] != REFERENCE
    ]
    limit = facts["parity"]["gate"]["max_macro_f1_drop"]
    said = "; ".join(f"{row['name']} {row['score']:+.3f}".replace("-", MINUS) for row in shown)
    return difference_plot(
        shown,
        limit,
        f"Difference of macro-F1 from PyTorch with 95 percent intervals: {said}. A loss of "
        f"{limit:g} is allowed.",
    )


def _confusion(facts: Facts) -> Markup:
    confusion = facts["confusion"]
    says = f"Confusion matrix of {len(confusion['labels'])} classes, shaded by share of the texts."
    if confusion["commonest"]:
        count, truth, answer = confusion["commonest"]
        says += f" The commonest confusion: {truth} taken for {answer}, {count} texts."
    families = facts["calibration"]["families"]
    return heat_map(confusion["labels"], confusion["matrix"], families, says)

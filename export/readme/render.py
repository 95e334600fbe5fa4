"""README.md and what it leads to, with every block between two marks made anew from records."""

import re
from pathlib import Path

from export.readme import front, of_export, of_training
from training.run.files import ROOT

README = ROOT / "README.md"
PAGES = {
    README: front.blocks,
    ROOT / "training" / "README.md": of_training.blocks,
    ROOT / "export" / "README.md": of_export.blocks,
}


def render(page: Path, text: str) -> str:
    """The page with every block between ``<!-- name -->`` and ``<!-- /name -->`` made anew.

    Args:
        page: one of ``PAGES``.
        text: what it says now.

    Raises:
        ValueError: a block is missing or has no end.
    """
    for name, block in PAGES[page]().items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        text, count = re.subn(
            pattern, lambda m, b=block: f"{m[1]}{b}\n{m[2]}", text, flags=re.DOTALL
        )
        if count != 1:
            where = page.relative_to(ROOT)
            raise ValueError(f"{where} must have exactly one block '{name}', it has {count}")
    return text

"""A study: which run the page is built from, by a rule that was written before it was measured.

Writes ``export/records/choice.json``; the run itself is named in ``training/run/artifact.py``.
"""

from pathlib import Path

from training.run.files import ROOT

RULE = Path(__file__).parent / "rule.yaml"
RECORD = ROOT / "export" / "records" / "choice.json"
PLOT = ROOT / ".github" / "choice.svg"

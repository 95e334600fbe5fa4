"""A study: what each change of a recipe buys on validation, a rung at a time, several seeds.

The rungs are in ``ladder.yaml``, what they gave in ``training/records/ladder.json``.
"""

from pathlib import Path

from training.run.files import ROOT

LADDER = Path(__file__).parent / "ladder.yaml"
RECORD = ROOT / "training" / "records" / "ladder.json"

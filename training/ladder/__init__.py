"""A study: what each change of a recipe buys on validation, a rung at a time.

The rungs are in ``ladder.yaml``, what they gave the config named here in
``training/records/ladder.json``; the ladder of another run is recorded in that run's folder.
"""

from pathlib import Path

from training.run.files import ROOT

CONFIG = "minilm_v3"
LADDER = Path(__file__).parent / "ladder.yaml"
RECORD = ROOT / "training" / "records" / "ladder.json"
LAYERS = RECORD.with_name("layers.json")
CHAINED = RECORD.with_name("minilm_l3_chained.json")  # three layers that begin with minilm_l4's
PLOT = ROOT / ".github" / "ladder.svg"

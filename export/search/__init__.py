"""A study: schemes for int8 on validation, and which node of the graph bears rounding least.

Writes ``export/records/quantization.json``; the scheme that ships stands in a run's config.
"""

from pathlib import Path

from training.run.files import ROOT

CANDIDATES = Path(__file__).parent / "search.yaml"
RECORD = ROOT / "export" / "records" / "quantization.json"

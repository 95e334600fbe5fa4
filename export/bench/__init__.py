"""A study: what the page costs in a real browser, beside a peer that runs the same model there.

Writes ``export/records/bench_web.json``, and by length of the text ``growth.json``.
"""

from training.run.files import ROOT

RECORD = ROOT / "export" / "records" / "bench_web.json"
LIBRARY = ROOT / "export" / "records" / "library.json"
BATCH = RECORD.with_name("batch.json")
GROWTH = RECORD.with_name("growth.json")
GROWTH_PLOT = ROOT / ".github" / "growth.svg"

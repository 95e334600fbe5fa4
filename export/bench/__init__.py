"""A study: what the page costs in a real browser, beside a peer that runs the same model there.

Writes ``export/records/bench_web.json``, by length of the text ``growth.json``, for the library's
calls ``library.json``, and what Lighthouse says of the pages ``lighthouse.json``.
"""

from training.run.files import ROOT

RECORD = ROOT / "export" / "records" / "bench_web.json"
LIBRARY = ROOT / "export" / "records" / "library.json"
BATCH = RECORD.with_name("batch.json")
LIGHTHOUSE = LIBRARY.with_name("lighthouse.json")
GROWTH = RECORD.with_name("growth.json")
GROWTH_PLOT = ROOT / ".github" / "growth.svg"

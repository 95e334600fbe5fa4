"""A study: what the page costs in a real browser, beside a peer that runs the same model there.

Writes ``export/records/bench_web.json``.
"""

from training.run.files import ROOT

RECORD = ROOT / "export" / "records" / "bench_web.json"

"""Tables of any length: rows in, rows with an answer out, on every core, and resumable.

No quality is measured here, and nothing is trained; the answers are those of export/quality.
"""

from training.run.files import ROOT

RECORD = ROOT / "export" / "records" / "rows.json"

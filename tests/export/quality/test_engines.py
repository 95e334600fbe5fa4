import json

import numpy as np
import pytest

from export.browser.engines import CHROMIUM, FIREFOX, WEBKIT
from export.quality.distance import breaches
from export.quality.engines import HEAD, browser_row, engine_cells, measured_engines
from export.quality.facts import BROWSER, ENGINES, INT8
from export.quality.parity import add_browser_result, check_parity, present_parity, table
from tests.export.quality.pretended import pretended
from tests.tiny import Made
from training.data.load import LabelledData
from training.measure import predict as torch_runtime
from training.run.config import ParityConfig

NATIVE = np.eye(4, dtype=np.float32)[np.arange(40) % 4]


def moved(distance: float, flips: int = 0) -> np.ndarray:
    """Native logits, all moved by a distance, and so many answers changed."""
    logits = NATIVE + np.float32(distance)
    logits[:flips] = logits[:flips, ::-1]
    return logits


@pytest.fixture
def row() -> dict:
    asked = {
        CHROMIUM: pretended("Chromium 1.2", moved(0.25)),
        FIREFOX: pretended("Firefox 3.4", moved(0.25)),
        WEBKIT: pretended("WebKitGTK 5.6", moved(0.5, flips=4), offline=False),
    }
    return browser_row(asked, NATIVE)


def test_each_engine_is_held_to_chromium_and_to_the_native_file(row: dict) -> None:
    assert row["browser"] == "Chromium 1.2" and "against_chromium" not in row
    assert row["against_native_int8"]["max_logit_difference"] == 0.25
    assert row["p50_ms"] == 20.5 and row["p95_ms"] == pytest.approx(38.05)
    firefox, webkit = row[ENGINES][FIREFOX], row[ENGINES][WEBKIT]
    assert set(row[ENGINES]) == {FIREFOX, WEBKIT}
    assert firefox["against_chromium"]["agreement"] == 1
    assert firefox["against_chromium"]["max_logit_difference"] == 0
    assert webkit["against_chromium"]["agreement"] == 0.9
    assert webkit["against_native_int8"]["agreement"] == 0.9
    assert webkit["against_native_int8"]["max_logit_difference"] == 1.5
    assert (row["offline"], firefox["offline"], webkit["offline"]) == (True, True, False)
    assert json.loads(json.dumps(row)) == row


def quality(**others: object) -> dict:
    return {"macro_f1_difference": 0.0, "agreement": 1.0, "worst_class": None, **others}


def test_an_engine_that_gives_other_labels_is_a_breach(row: dict) -> None:
    results = {INT8: quality(), BROWSER: quality(**row)}
    assert breaches(results, ParityConfig(min_agreement=0.9)) == []
    (found,) = breaches(results, ParityConfig(min_agreement=0.91))
    assert "WebKitGTK 5.6 gives 0.9000 of the texts" in found


def test_the_table_has_a_row_for_each_engine(row: dict) -> None:
    record = {"results": {BROWSER: row}}
    cells = engine_cells(record)
    assert {len(line) for line in cells} == {len(HEAD)}
    assert [line[0] for line in cells] == ["Chromium 1.2", "Firefox 3.4", "WebKitGTK 5.6"]
    assert cells[2][1:] == ["90.0%", "90.0%", "1.500", "20.5", "38.0", "no"]
    assert cells[0][2] == "–"


def test_a_record_of_one_engine_without_times_has_a_row_as_well(row: dict) -> None:
    older = {name: row[name] for name in ("browser", "against_native_int8")}
    (cells,) = engine_cells({"results": {BROWSER: older}})
    assert cells == ["Chromium 1.2", "100.0%", "–", "0.250", "–", "–", "–"]
    assert measured_engines({"results": {INT8: quality()}}) == []


def test_rows_of_engines_are_kept_with_their_page_and_dropped_with_it(
    exported: Made, sample_data: LabelledData
) -> None:
    artifact, page = exported.copy(), {"program": "one"}
    check_parity(artifact, sample_data)
    logits = torch_runtime.predict(artifact, sample_data.splits["test"]["text"])
    asked = {name: pretended(f"{name} 1", logits) for name in (CHROMIUM, FIREFOX)}
    record = add_browser_result(artifact, sample_data, asked, page)
    assert "firefox 1" in table(record)
    for kept in (present_parity(artifact, page), check_parity(artifact, sample_data, page=page)):
        assert kept is not None
        assert [row["browser"] for row in measured_engines(kept)] == ["chromium 1", "firefox 1"]
    other = present_parity(artifact, {"program": "another"})
    assert other is not None and measured_engines(other) == []
    again = add_browser_result(artifact, sample_data, {CHROMIUM: asked[CHROMIUM]}, page)
    assert [row["browser"] for row in measured_engines(again)] == ["chromium 1"]

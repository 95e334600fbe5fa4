"""The page against Python's int8, text by text."""

import re

import numpy as np
import pytest

from export.browser.classify import classify_in_page
from export.quality.distance import against_native, compare
from tests.conftest import needs_data
from tests.web.conftest import int8_logits
from tests.web.visiting import Visit
from training.data.load import LabelledData
from training.run.artifact import Artifact
from training.run.files import ROOT, read_json

pytestmark = pytest.mark.slow

GOLDEN = 200
# Texts whose two best labels are closer than this may swap them: rounding makes int8 differ between
# WebAssembly and a processor's own kernels.
CLEAR_MARGIN = 0.5


@pytest.fixture(scope="module")
def golden(real_data: LabelledData) -> list[str]:
    texts = sorted(set(real_data.splits["test"]["text"]), key=len)
    places = np.linspace(0, len(texts) - 1, min(GOLDEN, len(texts)))
    return [texts[round(place)] for place in places]


@pytest.fixture(scope="module")
def native(browser_artifact: Artifact, golden: list[str]) -> np.ndarray:
    return int8_logits(browser_artifact, golden)


def test_typed_texts_get_pythons_label(
    ready: Visit, browser_artifact: Artifact, golden: list[str], native: np.ndarray
) -> None:
    labels = browser_artifact.load_labels()
    clear = np.ptp(np.sort(native, axis=1)[:, -2:], axis=1) > CLEAR_MARGIN
    assert clear.sum() > len(golden) / 3
    wrong = []
    for text, row, is_clear in zip(golden, native, clear, strict=True):
        shown = ready.answer(text)
        if is_clear and shown != labels[int(row.argmax())]:
            wrong.append((text, shown))
    assert wrong == []


def test_logits_are_pythons_up_to_rounding(
    ready: Visit, golden: list[str], native: np.ndarray
) -> None:
    distance = against_native(classify_in_page(ready.page, golden), native)
    # Each processor rounds a few activations the other way; none may move an answer far.
    assert distance["logit_difference_p50"] <= 0.01
    assert distance["logit_difference_p99"] <= 0.1


@needs_data
def test_the_whole_split_is_classified_as_recorded(
    ready: Visit, browser_artifact: Artifact, real_data: LabelledData
) -> None:
    rows = real_data.splits["test"]
    browser = classify_in_page(ready.page, rows["text"])
    native = int8_logits(browser_artifact, rows["text"])
    assert against_native(browser, native)["agreement"] >= 0.995
    measured = compare(browser, native, np.asarray(rows["label"]), browser_artifact.load_labels())
    recorded = read_json(browser_artifact.parity)["results"]["browser_int8"]
    assert measured["macro_f1"] == pytest.approx(recorded["macro_f1"], abs=0.003)
    assert measured["accuracy"] == pytest.approx(recorded["accuracy"], abs=0.003)


def test_the_readme_says_what_a_first_visit_transfers(download_bytes: int) -> None:
    said = re.search(
        r"<!-- download -->(.*?) MB<!--",
        (ROOT / "export" / "README.md").read_text(encoding="utf-8"),
    )[1]
    assert said == f"{download_bytes / 1e6:.1f}"

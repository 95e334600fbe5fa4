"""The examples of the page show the model at its best, on texts that it has never seen."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.web.conftest import int8_logits
from tests.web.visiting import Visit
from training.data.load import LabelledData
from training.data.sources import SAMPLE_DIR, find_rows
from training.measure.temperature import Temperature
from training.run.artifact import Artifact
from training.run.files import read_json

# What people would say that each is about.
EXPECTED = {
    "The old arcade still has the game we used to play after school.": "nostalgic",
    "A stranger helped me change my tyre in the pouring rain.": "grateful",
    "I packed my bags a week early and checked the list three times.": "prepared",
    "I slipped on the stairs in front of my whole class.": "embarrassed",
    "There was a hair and half a cockroach in my soup.": "disgusted",
    "My colleague got the corner office that I have wanted for years.": "jealous",
}
# Above the threshold by more than a browser's rounding can take away.
MARGIN = 0.1


def test_the_page_shows_these_texts_and_no_two_of_a_family(browser_artifact: Artifact) -> None:
    assert browser_artifact.load_config().page.examples == list(EXPECTED)
    families = read_json(browser_artifact.calibration)["families"]
    touched = [n for n, names in enumerate(families) if set(names) & set(EXPECTED.values())]
    assert len(touched) == len(EXPECTED)


def test_no_split_holds_them(browser_artifact: Artifact, real_data: LabelledData) -> None:
    sample = find_rows(browser_artifact.load_config().data, SAMPLE_DIR).rows
    held = {text for rows in real_data.splits.values() for text in rows["text"]}
    held |= {row.text for rows in sample.values() for row in rows}
    assert len(held) > 100
    assert {text.casefold() for text in EXPECTED} & {text.casefold() for text in held} == set()


@pytest.mark.slow
@pytest.mark.usefixtures("built_site")  # which makes the int8 file
def test_int8_is_sure_of_each_and_right(browser_artifact: Artifact) -> None:
    record = read_json(browser_artifact.calibration)
    logits = int8_logits(browser_artifact, list(EXPECTED))
    probabilities = Temperature.of(record).probabilities(logits)
    labels = np.array(browser_artifact.load_labels())
    assert labels[probabilities.argmax(axis=1)].tolist() == list(EXPECTED.values())
    assert probabilities.max(axis=1).min() >= record["unsure_below"] + MARGIN


@pytest.mark.slow
def test_the_page_answers_each_as_expected(ready: Visit) -> None:
    for text, label in EXPECTED.items():
        ready.type("")
        ready.page.get_by_role("button", name=text, exact=True).click()
        first = ready.page.locator("#results li").first
        expect(first).to_have_attribute("data-label", label)
        expect(ready.page.locator("#answer-title")).to_have_text("Most likely")

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from training.behaviour.perturb import (
    PERTURBATIONS,
    PREAMBLE,
    no_punctuation,
    one_typo,
    three_typos,
)

TEXT = "I've lost my keys, again; somebody told me that I left them in the Kitchen."
LONG_WORD = re.compile(r"[^\W\d_]{4,}")
WORDS = st.text("abcdefghijklmnopqrstuvwxyzABCLMZ", min_size=1, max_size=9)
SENTENCES = st.lists(WORDS, max_size=8).map(" ".join)


def edits(a: str, b: str) -> int:
    """Optimal string alignment distance: insert, drop, replace, or swap two neighbours."""
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y))
            if i > 1 and j > 1 and (x, y) == (b[j - 2], a[i - 2]):
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_an_ordinary_text_changes_and_each_change_is_explained(name: str) -> None:
    perturb = PERTURBATIONS[name]
    assert perturb(TEXT) != TEXT
    assert perturb.description and "\n" not in perturb.description


def test_changes_are_told_apart() -> None:
    assert len({perturb(TEXT) for perturb in PERTURBATIONS.values()}) == len(PERTURBATIONS)
    assert len({perturb.description for perturb in PERTURBATIONS.values()}) == len(PERTURBATIONS)


@pytest.mark.parametrize("name", PERTURBATIONS)
@given(text=st.text())
def test_any_text_will_do_and_always_becomes_the_same(name: str, text: str) -> None:
    new = PERTURBATIONS[name](text)
    assert new == PERTURBATIONS[name](text)
    assert bool(new.strip()) == bool(text.strip()) or name == "with_preamble"


def test_case_and_preamble() -> None:
    assert PERTURBATIONS["lower_case"]("Oh NO, Ærø") == "oh no, ærø"
    assert PERTURBATIONS["upper_case"]("Oh no, ærø") == "OH NO, ÆRØ"
    assert PERTURBATIONS["with_preamble"](TEXT) == PREAMBLE + TEXT
    assert PREAMBLE.endswith(". ")


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Well... don't go, please!", "Well dont go please"),
        ("Too late...too late", "Too late too late"),
        ("It’s “mine” — half-price, $5 + tax", "Its mine half price $5 + tax"),
        ("two  spaces stay", "two  spaces stay"),
        ("?!", "?!"),
    ],
)
def test_punctuation_goes(text: str, bare: str) -> None:
    assert no_punctuation(text) == bare


@given(text=st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_nothing_but_punctuation_goes(text: str) -> None:
    new = no_punctuation(text)

    def is_punctuation(character: str) -> bool:
        return unicodedata.category(character).startswith("P")

    letters = [c for c in text if not is_punctuation(c) and not c.isspace()]
    assume(letters)
    assert [c for c in new if not c.isspace()] == letters
    assert no_punctuation(new) == new


@given(text=SENTENCES)
def test_one_typo_is_one(text: str) -> None:
    long_words = LONG_WORD.findall(text)
    assert edits(text, one_typo(text)) == bool(long_words)


@given(text=SENTENCES)
def test_three_typos_are_three_in_three_words(text: str) -> None:
    before, after = text.split(), three_typos(text).split()
    assert len(after) == len(before)
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(changed) == min(3, len(LONG_WORD.findall(text)))
    for a, b in changed:
        assert len(a) >= 4 and a[0] == b[0] and edits(a, b) == 1


@given(text=SENTENCES)
def test_the_one_typo_is_among_the_three(text: str) -> None:
    one, three = one_typo(text).split(), three_typos(text).split()
    for was, once, thrice in zip(text.split(), one, three, strict=True):
        assert once in (was, thrice)


def test_typos_are_of_four_kinds() -> None:
    made = [one_typo(f"planet {i}").split()[0] for i in range(300)]
    kinds = {
        "dropped": [w for w in made if len(w) == 5],
        "doubled": [w for w in made if len(w) == 7],
        "swapped": [w for w in made if len(w) == 6 and sorted(w) == sorted("planet")],
        "mistyped": [w for w in made if len(w) == 6 and sorted(w) != sorted("planet")],
    }
    assert min(map(len, kinds.values())) >= 30
    assert set(kinds["doubled"]) == {"pllanet", "plaanet", "plannet", "planeet"}
    near = {"l": "kop", "a": "qwsz", "n": "bmghj", "e": "wrsdf"}
    for word in kinds["mistyped"]:
        ((was, now),) = [(a, b) for a, b in zip("planet", word, strict=True) if a != b]
        assert now in near[was]


def test_a_typo_keeps_the_case_of_its_letter() -> None:
    made = {one_typo(f"PLANET {i}").split()[0] for i in range(100)}
    assert all(word == word.upper() for word in made) and len(made) > 10


def test_typos_do_not_depend_on_the_process() -> None:
    """Seeded by the text, not by Python's hash of it, which changes from run to run."""
    assert one_typo("somebody took the umbrella") == "somwbody took the umbrella"
    assert three_typos("somebody took the umbrella") == "somwbody toook the umrella"

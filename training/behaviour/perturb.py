"""Small changes to a text that leave its label alone, in the manner of CheckList (ACL 2020).

A change depends on the text alone: whatever stands beside it, it always becomes the same.
"""

import re
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from training.data.third_person import third_person

_SEED = 2020
PREAMBLE = "So, this is something that happened. "

_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_APOSTROPHES = "'’"

# Where the keys of each row of a keyboard begin, in widths of a key, and the keys.
_ROWS = ((0.0, "qwertyuiop"), (0.25, "asdfghjkl"), (0.75, "zxcvbnm"))
_KEYS = {
    key: (left + column, row)
    for row, (left, keys) in enumerate(_ROWS)
    for column, key in enumerate(keys)
}
_NEIGHBOURS = {
    key: [k for k, (a, b) in _KEYS.items() if k != key and abs(a - x) <= 1 and abs(b - y) <= 1]
    for key, (x, y) in _KEYS.items()
}


@dataclass(frozen=True)
class Perturbation:
    """A function from text to text, and one line that says what it does."""

    apply: Callable[[str], str]
    description: str

    def __call__(self, text: str) -> str:
        return self.apply(text)


def no_punctuation(text: str) -> str:
    """Drop apostrophes, and put a space for each other run of punctuation.

    Symbols such as $ stay. A text without punctuation, or of nothing else, stays as it is.
    """
    kinds = [unicodedata.category(character)[0] for character in text]
    if "P" not in kinds:
        return text
    kept = [
        ("" if character in _APOSTROPHES else " ") if kind == "P" else character
        for character, kind in zip(text, kinds, strict=True)
    ]
    return " ".join("".join(kept).split()) or text


def one_typo(text: str) -> str:
    """One typo in one word of four letters or more; none where there is no such word."""
    return _with_typos(text, 1)


def three_typos(text: str) -> str:
    """The typo of ``one_typo`` and two more, in words of their own as far as there are enough."""
    return _with_typos(text, 3)


def _with_typos(text: str, count: int) -> str:
    words = list(_LONG_WORD.finditer(text))
    rng = np.random.default_rng([_SEED, zlib.crc32(text.encode())])
    rows = rng.permutation(len(words))[:count]
    misspelt = {int(row): _misspell(words[row][0], rng) for row in rows}
    for row in sorted(misspelt, reverse=True):  # from the end, so that earlier places hold
        start, end = words[row].span()
        text = text[:start] + misspelt[row] + text[end:]
    return text


def _misspell(word: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(1, len(word) - 1))  # a letter inside: the first one always stays
    head, letter, following, tail = word[:at], word[at], word[at + 1], word[at + 2 :]
    found = [head + following + tail, head + letter + letter + following + tail]
    if letter != following:
        found.append(head + following + letter + tail)
    if near := _NEIGHBOURS.get(letter.lower()):
        key = near[rng.integers(len(near))]
        found.append(head + (key.upper() if letter.isupper() else key) + following + tail)
    return found[rng.integers(len(found))]


def with_preamble(text: str) -> str:
    """Put a neutral sentence before the text."""
    return PREAMBLE + text


PERTURBATIONS: Mapping[str, Perturbation] = {
    "lower_case": Perturbation(str.lower, "all letters small"),
    "upper_case": Perturbation(str.upper, "all letters capital"),
    "no_punctuation": Perturbation(no_punctuation, "no commas, full stops, apostrophes …"),
    "one_typo": Perturbation(one_typo, "one typo in a word of four letters or more"),
    "three_typos": Perturbation(three_typos, "three typos, each in a word of its own"),
    "third_person": Perturbation(third_person, "I → she, my → her, I have → she has …"),
    "with_preamble": Perturbation(with_preamble, f"“{PREAMBLE.strip()}” before the text"),
}

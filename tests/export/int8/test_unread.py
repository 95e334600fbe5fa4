"""Pieces that no text of a language is made of."""

import csv

from export.int8.unread import unread_pieces
from tests.conftest import SAMPLE_DIR
from training.run.artifact import Artifact

PIECES = [
    "[unused7]",
    "[UNK]",
    "caf\u00e9",
    "##ing",
    "\u6f22",
    "##\u0436",
    "\u03b1",
    "!",
    "42",
    "\u00a3",
    "unused7",
]


def ids(*pieces: str) -> list[int]:
    return [PIECES.index(piece) for piece in pieces]


def test_reserved_pieces_and_other_alphabets_are_unread() -> None:
    vocabulary = {piece: place for place, piece in enumerate(PIECES)}
    assert unread_pieces(vocabulary, []) == []
    unread = ids("[unused7]", "\u6f22", "##\u0436", "\u03b1")
    assert unread_pieces(vocabulary, ["latin"]) == unread
    unread.remove(PIECES.index("\u03b1"))
    assert unread_pieces(vocabulary, ["latin", "Greek"]) == unread


def test_english_is_made_of_what_is_read(browser_artifact: Artifact) -> None:
    tokenizer = browser_artifact.load_tokenizer()
    alphabets = browser_artifact.load_config().quantize.alphabets
    unread = set(unread_pieces(tokenizer.get_vocab(), alphabets))
    assert len(unread) > 2000
    texts = [
        row["situation"]
        for path in SAMPLE_DIR.glob("*.csv")
        for row in csv.DictReader(path.open(encoding="utf-8"))
    ]
    assert texts and unread.isdisjoint(i for row in tokenizer(texts)["input_ids"] for i in row)

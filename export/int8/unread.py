"""Pieces of a vocabulary that no text of the model's language is made of."""

import re
import unicodedata
from collections.abc import Collection, Mapping

_RESERVED = re.compile(r"\[unused\d+\]")


def unread_pieces(vocabulary: Mapping[str, int], alphabets: Collection[str]) -> list[int]:
    """Ids of reserved pieces and of those with a letter of another alphabet, in rising order.

    Args:
        vocabulary: piece → id.
        alphabets: first words of Unicode letter names, such as ``latin``; none given, all are read.
    """
    if not alphabets:
        return []
    read = {alphabet.upper() for alphabet in alphabets}
    return sorted(
        id_
        for piece, id_ in vocabulary.items()
        if _RESERVED.fullmatch(piece) or not _letters_of(piece) <= read
    )


def _letters_of(piece: str) -> set[str]:
    """Alphabets of the letters in a piece."""
    names = (unicodedata.name(character, "") for character in piece if character.isalpha())
    return {name.partition(" ")[0] for name in names}

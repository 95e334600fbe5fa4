"""What somebody tells of himself, told of her or him: for training and for trying a model."""

import re
from typing import Literal

_WORD = re.compile(r"(?<!\w)(?<!\w-)[^\W\d_]+(?:['’][^\W\d_]+)*(?!\w|-\w)")
_SENTENCE_START = re.compile(r"(?:^|[.!?])[\s\"'“”‘’()\[\]]*\Z")

_PRONOUNS = {
    "she": ("she", "her", "her", "hers", "herself"),
    "he": ("he", "his", "him", "his", "himself"),
}


def _person(subject: str, *others: str) -> dict[str, str]:
    own = dict(zip(("i", "my", "me", "mine", "myself"), (subject, *others), strict=True))
    short = {f"i'{end}": f"{subject}'{end}" for end in ("d", "ll")}
    is_or_has = {key: f"{subject}'s" for key in ("i'm", "i've")}
    typed = {"im": f"{subject}s", "ive": f"{subject}s"}  # as many people type
    return own | short | is_or_has | typed


_PERSONS = {name: _person(*words) for name, words in _PRONOUNS.items()}
# After "I" only, and only verbs whose past is spelt otherwise: "I put" may be either.
_REGULAR = (
    "believe care enjoy feel find get guess hate hear hope keep know like live look love "
    "make need remember see start take think trust want wonder work"
)
_VERBS = {verb: f"{verb}s" for verb in _REGULAR.split()} | {
    "have": "has", "haven't": "hasn't", "havent": "hasnt",
    "do": "does", "don't": "doesn't", "dont": "doesnt", "go": "goes",
    "miss": "misses", "wish": "wishes", "watch": "watches", "try": "tries",
}  # fmt: skip
_ADVERBS = [
    "actually",
    "also",
    "always",
    "just",
    "never",
    "often",
    "really",
    "sometimes",
    "still",
    "usually",
]


def third_person(text: str, person: Literal["she", "he"] = "she") -> str:
    """Tell it of a woman or a man: "I have lost my dog" → "She has lost her dog".

    Word by word, without grammar: pronouns by a list; "am"; common verbs in the present right after
    "I" or after "I" and an adverb. Other verbs, "we" and "us" stay; a compound subject ("my brother
    and I have") takes the singular. A capital stays where a sentence begins.
    """
    pieces, end, after_i = [], 0, False
    for match in _WORD.finditer(text):
        word = match[0]
        key = word.lower().replace("’", "'")
        gap, before = text[end : match.start()], text[: match.start()]
        after_i = after_i and gap.isspace()
        new = _PERSONS[person].get(key)
        if key == "am" and not before.rstrip()[-1:].isdigit():  # but "at 3 am"
            new = "is"
        elif after_i and key in _VERBS:
            new = _VERBS[key]
        pieces += [gap, _in_case_of(word, new, before) if new else word]
        after_i = key == "i" or (after_i and key in _ADVERBS)
        end = match.end()
    return "".join(pieces) + text[end:]


def _in_case_of(word: str, new: str, before: str) -> str:
    if "’" in word:
        new = new.replace("'", "’")
    if len(word) > 1 and word.isupper():
        return new.upper()
    # "I" is a capital everywhere, so only its place tells what its stand-in should be.
    capital = word[0].isupper() and (word[0] != "I" or _SENTENCE_START.search(before))
    return new.capitalize() if capital else new

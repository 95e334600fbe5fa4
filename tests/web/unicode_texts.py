"""Strings that tokenizers stumble over, made by hypothesis and by hand."""

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

_JOINED = ["👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "❤️", "1️⃣", "🇩🇪"]
_COMBINING = ["e\u0301", "a\u0308\u0323", "n\u0303", "Å", "İ", "ı", "ß", "ſ", "ŉ"]
_SCRIPTS = ["שָׁלוֹם", "مرحبا", "السَّلام", "हिन्दी", "ไทย", "한국어", "각", "ﬁ", "Ⅷ"]
_GREEK = ["ΟΔΟΣ", "Σ", "σς", "ὈΔΥΣΣΕΎΣ"]
_IDEOGRAPHS = ["漢字", "𠀀", "𪜀𫝀", "𫠠", "丽", "〇", "ｶﾀ", "カタカナ", "々", "𝒳", "𝟘", "ｆｕｌｌ"]
_INVISIBLE = [
    "\0",
    "\x01",
    "\x7f",
    "\x80",
    "\u00ad",
    "\u200b",
    "\u200d",
    "\u202e",
    "\ufeff",
    "\ufffd",
]
_BLANK = [" ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u2028", "\u2029", "\u3000", "\x0b", "\x85"]
_SPECIAL = ["[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "[cls]", "##ing"]
_PLAIN = ["the", "Proud", "HAPPY", "unbelievably", "of", "don't", "co-op", "$5.99", "a_b"]
_MARKS = [".", "!?", "…", "—", "“q”"]

_PIECES = st.one_of(
    st.sampled_from(_JOINED + _COMBINING + _GREEK),
    st.sampled_from(_SCRIPTS + _IDEOGRAPHS),
    st.sampled_from(_INVISIBLE + _BLANK),
    st.sampled_from(_SPECIAL),
    st.sampled_from(_PLAIN + _MARKS),
    st.text(st.characters(exclude_categories=["Cn", "Cs"]), max_size=6),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x24F), max_size=12),
)
_TEXTS = st.lists(_PIECES, max_size=12).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda glue: glue.join(pieces))
)

BY_HAND = [
    "",
    " ",
    "\0",
    "a" * 10_000,
    "ab" * 5_000 + " and on",
    "é" * 10_000,
    "漢" * 3_000,
    "𠀀" * 3_000,
    "word " * 2_000,
    "x" * 100,
    "x" * 101,
    "👩‍👩‍👧‍👦" * 200,
    "ὈΔΥΣΣΕΎΣ ΟΔΟΣ Σ",
    "\u0301" * 50,
    "[CLS] [SEP] [MASK][PAD]",
]


def unicode_texts(count: int) -> list[str]:
    """``count`` different strings; the same ones on each call."""
    found: dict[str, None] = dict.fromkeys(BY_HAND)

    @seed(20)
    @settings(
        max_examples=3 * count,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(_TEXTS)
    def collect(text: str) -> None:
        found[text] = None

    collect()
    return list(found)[:count]

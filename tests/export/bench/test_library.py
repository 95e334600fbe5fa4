"""What the table of the library's calls is made of."""

import pytest

from export.bench.library import library_table, texts_of_words
from training.run.errors import InputError


def test_texts_are_cut_to_just_so_many_words() -> None:
    texts = ["a b", "a b c d", "one two  three", "x"]
    assert texts_of_words(texts, 3, 2) == ["a b c", "one two three"]
    with pytest.raises(InputError, match="only 2 texts have 3 words, wanted 3"):
        texts_of_words(texts, 3, 3)


VALUES = (70.4, 131, 210, 14.3, 2.04)


def test_a_row_for_each_way() -> None:
    names = ("classify_rows_per_second", "many_rows_per_second", "explain_ms",
             "explain_over_classify", "verify_seconds")  # fmt: skip
    facts = {name: {"median": value} for name, value in zip(names, VALUES, strict=True)}
    (row,) = library_table({"ways": {"two workers": facts}})
    assert row == ["two workers", "70", "131", "210 ms", "14.3 ×", "2.0 s"]

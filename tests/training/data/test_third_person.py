import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.data.third_person import third_person

REWRITTEN = {
    "I was so sad when my dog left me.": "She was so sad when her dog left her.",
    "My mom and I": "Her mom and she",
    "Yes. I know it. So I'm glad": "Yes. She knows it. So she's glad",
    "I've seen it, I'd go, I'll go": "She's seen it, she'd go, she'll go",
    "I am here and so am I": "She is here and so is she",
    "It was 6 am. I AM late": "It was 6 am. She IS late",
    "That is mine, I made it myself": "That is hers, she made it herself",
    "I have a cat and they have a dog": "She has a cat and they have a dog",
    "I don't know, we don't know": "She doesn't know, we don't know",
    "I really don't, I never have": "She really doesn't, she never has",
    "so I, have no fear": "so she, have no fear",
    "i feel empty. i cried": "she feels empty. she cried",
    "I’m late, I don’t care": "She’s late, she doesn’t care",
    "MY DOG AND ME": "HER DOG AND HER",
    "He said \"I can\". (I can't)": "He said \"she can\". (She can't)",
    "I put it on the I-95, in me-time": "She put it on the I-95, in me-time",
    "so...I had - I mean": "so...She had - she mean",
    "Im sad and ive cried": "Shes sad and shes cried",
}  # fmt: skip


@pytest.mark.parametrize("text", REWRITTEN)
def test_the_third_person(text: str) -> None:
    assert third_person(text) == REWRITTEN[text]


@given(text=st.text(st.characters(exclude_characters="iImM")))
def test_what_does_not_speak_of_oneself_stays(text: str) -> None:
    assert third_person(text) == text


SPOKEN = [
    *("i", "i'm", "i've", "I", "I'm", "I'd", "I'll", "am", "was", "have", "don't", "really"),
    *("my", "me", "mine", "myself", "My", "ME", "we", "dog", "dog's", ".", ",", "-"),
]


@given(words=st.lists(st.sampled_from(SPOKEN)))
def test_nobody_speaks_of_oneself_afterwards(words: list[str]) -> None:
    text = " ".join(words)
    new = third_person(text)
    assert not re.search(r"\b(i|my|me|mine|myself|am)\b", new, re.IGNORECASE)
    assert len(new.split()) == len(words)
    assert third_person(new) == new

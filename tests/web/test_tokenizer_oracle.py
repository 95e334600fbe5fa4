"""Python writes token ids, the page's tokenizer must give the same."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.unicode_texts import unicode_texts
from tests.web.visiting import Visit
from training.data.load import LabelledData
from training.run.artifact import Artifact

pytestmark = pytest.mark.slow

# Characters whose ids differ, with the reason; they must go on differing, or leave the list. It was
# made by comparing every assigned code point between two letters.
DIVERGENCES = json.loads((Path(__file__).parent / "known_divergences.json").read_text())

_ENCODE = """async (texts) => {
  if (!globalThis.oracle) {
    const at = (path) => new URL(path, document.baseURI).href;
    const { Tokenizer } = await import(at("vendor/tokenizers/tokenizers.min.mjs"));
    const { TextTokenizer } = await import(at("classifier/tokenizer.js"));
    const load = async (path) => (await fetch(path)).json();
    const { files, max_length } = await load("model/bundle.json");
    const { body } = await fetch(`model/${files.tokenizer.path}`);
    const tokenizer = new Response(body.pipeThrough(new DecompressionStream("gzip")));
    const parts = [await tokenizer.json(), await load(`model/${files.tokenizer_config.path}`)];
    globalThis.oracle = new TextTokenizer(Tokenizer, ...parts, max_length);
  }
  return texts.map((text) => globalThis.oracle.encode(text).ids);
}"""


def encode_in_page(visit: Visit, texts: list[str]) -> list[list[int]]:
    # As JSON text: the driver's own serializer is not under test.
    result = visit.page.evaluate(
        f"async (json) => JSON.stringify(await ({_ENCODE})(JSON.parse(json)))", json.dumps(texts)
    )
    return json.loads(result)


def test_real_texts_get_pythons_ids(
    ready: Visit, browser_artifact: Artifact, real_data: LabelledData
) -> None:
    texts = [text for name in ("validation", "test") for text in real_data.splits[name]["text"]]
    texts = texts[:2000]
    assert encode_in_page(ready, texts) == browser_artifact.token_ids(texts)


def test_any_unicode_gets_pythons_ids(ready: Visit, browser_artifact: Artifact) -> None:
    texts = unicode_texts(2000)
    assert len(texts) == 2000
    expected, actual = browser_artifact.token_ids(texts), encode_in_page(ready, texts)
    known = {character for entry in DIVERGENCES for character in characters(entry)}
    unexplained = [
        text
        for text, want, got in zip(texts, expected, actual, strict=True)
        if want != got and not known & set(text)
    ]
    assert unexplained == []


def characters(entry: dict[str, str]) -> Iterator[str]:
    """The characters of "07FD 0898-089F"."""
    for part in entry["code_points"].split():
        first, _, last = part.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


@pytest.mark.parametrize("entry", DIVERGENCES, ids=lambda entry: entry["reason"][:40])
def test_known_divergences_still_diverge(
    ready: Visit, browser_artifact: Artifact, entry: dict[str, str]
) -> None:
    texts = [f"a{character}b" for character in characters(entry)]
    expected, actual = browser_artifact.token_ids(texts), encode_in_page(ready, texts)
    same = [text for text, want, got in zip(texts, expected, actual, strict=True) if want == got]
    assert same == []


def test_a_lone_surrogate_does_not_stop_the_page(ready: Visit) -> None:
    ids = ready.page.evaluate(f"async () => ({_ENCODE})(['half \\ud83d an emoji'])")
    assert len(ids[0]) > 2

"""What transformers.js makes of the folder, in a browser that reaches this machine alone."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from export.bench.browse import Visitor, ask
from export.bench.contenders import PEER, PEER_PACKAGES
from export.bench.sites import HERE
from export.browser.launch import launch_browser
from export.browser.server import serve
from export.graph import session as runtime
from export.hub.agreement import sentences
from export.site.npm import install_packages
from training.run.artifact import Artifact

TEXTS = sentences()[:16]
LONG = "word " * 100
RUNTIME = "ort-wasm-simd-threaded.asyncify"
CLASSIFY = """async ({ texts, folder, dtype, size }) => {
  const { env, pipeline } = await import(new URL("transformers.min.js", location.href).href);
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = "/";
  const runtime = new URL("%s", location.href).href;
  env.backends.onnx.wasm.wasmPaths = { mjs: `${runtime}.mjs`, wasm: `${runtime}.wasm` };
  env.backends.onnx.wasm.numThreads = 1;
  const classify = await pipeline("text-classification", folder, { dtype });
  const found = [];
  for (let i = 0; i < texts.length; i += size)
    found.push(...(await classify(texts.slice(i, i + size), { top_k: null })));
  return found.map((scores) => Object.fromEntries(scores.map((s) => [s.label, s.score])));
}"""


@pytest.fixture(scope="module")
def classify(
    given: Artifact, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., np.ndarray]]:
    """dtype, texts at a time, texts → probabilities, [n, labels], in the order of the labels."""
    install_packages(HERE, PEER_PACKAGES)
    site = tmp_path_factory.mktemp("site")
    packages = HERE / "node_modules"
    shutil.copy(packages / PEER / "dist" / "transformers.min.js", site)
    for suffix in (".mjs", ".wasm"):
        shutil.copy(packages / "onnxruntime-web" / "dist" / f"{RUNTIME}{suffix}", site)
    shutil.copytree(given.path, site / "given")
    (site / "index.html").write_text(
        "<!doctype html><title>Peer</title><link rel=icon href=data:,>"
    )
    with serve(site) as served, launch_browser() as browser:
        visitor = Visitor(browser)
        with visitor.context("") as context:
            page = context.new_page()
            page.goto(served.address)

            def answers(dtype: str, size: int, texts: Sequence[str] = TEXTS) -> np.ndarray:
                wanted: dict[str, Any] = {
                    "texts": texts, "folder": "given", "dtype": dtype, "size": size,
                }  # fmt: skip
                rows = ask(page, CLASSIFY % RUNTIME, wanted)
                return np.array([[row[label] for label in given.load_labels()] for row in rows])

            yield answers
        visitor.require_local()


@pytest.mark.slow
def test_it_answers_as_our_float32(
    classify: Callable[..., np.ndarray],
    pooled_run: Artifact,
    chances: Callable[[np.ndarray], np.ndarray],
) -> None:
    expected = chances(runtime.predict(pooled_run, pooled_run.onnx, TEXTS))
    np.testing.assert_allclose(classify("fp32", 8), expected, atol=1e-5, rtol=0)


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 8])
def test_it_answers_as_our_int8(
    size: int,
    classify: Callable[..., np.ndarray],
    pooled_run: Artifact,
    chances: Callable[[np.ndarray], np.ndarray],
) -> None:
    exact = chances(runtime.predict(pooled_run, pooled_run.onnx, TEXTS))
    ours = chances(runtime.predict(pooled_run, pooled_run.onnx_quantized, TEXTS))
    found = classify("q8", size)
    assert np.std(found - ours) < 0.5 * np.std(ours - exact)


@pytest.mark.slow
def test_a_long_text_still_loses_its_last_separator(
    classify: Callable[..., np.ndarray],
    pooled_run: Artifact,
    chances: Callable[[np.ndarray], np.ndarray],
) -> None:
    """As its tokenizer cuts: where that is mended, the card need not tell of it any more."""
    ours = chances(runtime.predict(pooled_run, pooled_run.onnx, [LONG]))
    (ids,) = pooled_run.load_tokenizer()([LONG], verbose=False)["input_ids"]
    cut = np.array([ids[:32]])
    feeds = {"input_ids": cut, "attention_mask": cut**0, "token_type_ids": cut * 0}
    theirs = chances(runtime.open_session(pooled_run.onnx).run(["logits"], feeds)[0])
    found = classify("fp32", 1, [LONG])
    np.testing.assert_allclose(found, theirs, atol=1e-5, rtol=0)
    assert np.abs(found - ours).max() > 1e-4

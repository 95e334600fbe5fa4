"""Pages that take the model, or all of it, from another origin."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from export.browser.server import ISOLATION, serve
from tests.package.conftest import Build
from tests.package.test_embeddings import LOAD_TIMEOUT, open_page, type_all

pytestmark = pytest.mark.slow

CORS = {"Access-Control-Allow-Origin": "*"}


@pytest.mark.parametrize("kind", ["plain", "vite"])
@pytest.mark.parametrize("headers", [{}, ISOLATION], ids=["plain headers", "isolated"])
def test_a_model_may_lie_elsewhere(
    build: Build,
    model_folder: Path,
    context: BrowserContext,
    golden: dict[str, str],
    kind: str,
    headers: dict[str, str],
) -> None:
    texts = list(golden)
    failures: list[str] = []
    with serve(build(kind), headers=headers) as served, serve(model_folder, headers=CORS) as models:
        address = f"{served.address}?src={models.address}bundle.json"
        page = open_page(context, address, failures)
        assert page.evaluate("texts => classifyAll(texts)", texts) == list(golden.values())
    assert failures == []


@pytest.mark.parametrize("allowed", ["nothing", "the bundle alone"])
def test_the_missing_header_is_named(
    build: Build, model_folder: Path, context: BrowserContext, allowed: str
) -> None:
    def headers(path: str) -> dict[str, str]:
        return CORS if allowed != "nothing" and path.endswith("bundle.json") else {}

    with serve(build("plain")) as served, serve(model_folder, headers=headers) as models:
        page = open_page(context, served.address, [])
        page.evaluate(f"box.src = '{models.address}bundle.json'")
        alert = page.locator("#box").get_by_role("alert").locator("[part=message]")
        expect(alert).to_contain_text("Access-Control-Allow-Origin", timeout=LOAD_TIMEOUT)
        said = alert.inner_text()
        assert said.count(". ") == 0 and said.endswith("."), said
        assert models.address.rstrip("/") in said


def test_a_server_that_is_gone_is_not_blamed_on_a_header(
    build: Build, context: BrowserContext
) -> None:
    with serve(build("plain")) as gone:
        pass
    with serve(build("plain")) as served:
        page = open_page(context, served.address, [])
        page.evaluate(f"box.src = '{gone.address}bundle.json'")
        alert = page.locator("#box").get_by_role("alert")
        expect(alert).to_contain_text("connection failed", timeout=LOAD_TIMEOUT)
        expect(alert).not_to_contain_text("Access-Control")


def test_the_whole_library_may_lie_elsewhere(
    build: Build, context: BrowserContext, golden: dict[str, str], tmp_path: Path
) -> None:
    with serve(build("plain"), headers=CORS) as library, serve(tmp_path) as served:
        (tmp_path / "index.html").write_text(
            f"<!doctype html><base href={library.address}><link rel=icon href=data:,>"
            '<text-classifier src="model/bundle.json" label="Your text"></text-classifier>'
            "<script type=module src=classifier/element-plain.js></script>"
        )
        page = open_page(context, served.address, [])
        texts = list(golden)[:5]
        assert type_all(page, texts) == [golden[text] for text in texts]


def test_an_app_whose_scripts_lie_elsewhere_names_a_worker_of_its_own(
    build: Build, context: BrowserContext, golden: dict[str, str], tmp_path: Path
) -> None:
    texts = list(golden)[:5]
    shutil.copytree(
        build("plain"), tmp_path / "site"
    )  # as ``copy`` writes it into the app's folder
    with serve(build("vite"), headers=CORS) as scripts, serve(tmp_path / "site") as served:
        html = (build("vite") / "index.html").read_text()
        html = re.sub(r"<text-classifier.*?</text-classifier>", "", html)
        page_file = tmp_path / "site" / "index.html"
        page_file.write_text(html.replace('src="./', f'src="{scripts.address}'))
        page = open_page(context, served.address, [])
        page.wait_for_function("() => globalThis.load")
        refused = page.evaluate("load('model/bundle.json').catch((e) => [e.code, e.message])")
        assert refused[0] == "crash" and "workerUrl and runtimeUrl" in refused[1], refused
        labels = page.evaluate(
            """async (texts) => {
              const places = { workerUrl: "classifier/worker-plain.js", runtimeUrl: "vendor/" };
              const classifier = await load("model/bundle.json", places);
              const answers = await Promise.all(texts.map((text) => classifier.classify(text)));
              return answers.map(({ label }) => label);
            }""",
            texts,
        )
        assert labels == [golden[text] for text in texts]

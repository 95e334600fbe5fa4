"""The package in pages of every usual kind, in a real browser."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from export.browser.server import ISOLATION, serve
from export.site.npm import node_command
from tests.package.conftest import PACKAGE, Build

pytestmark = pytest.mark.slow

LOAD_TIMEOUT = 60_000
# What the package's README says is enough.
POLICY = "script-src 'self' 'wasm-unsafe-eval'"


def open_page(context: BrowserContext, address: str, failures: list[str]) -> Page:
    page = context.new_page()
    page.set_default_timeout(LOAD_TIMEOUT)
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("requestfailed", lambda request: failures.append(request.url))
    page.on("response", lambda answer: answer.status >= 400 and failures.append(answer.url))
    page.goto(address)
    return page


def type_all(page: Page, texts: list[str]) -> list[str]:
    """Type one text after the other into the element; the first label of each."""
    labels = []
    for text in texts:
        page.get_by_label("Your text").fill(text)
        shown = "([text]) => document.querySelector('text-classifier').result?.text === text"
        page.wait_for_function(shown, arg=[text], polling=20, timeout=LOAD_TIMEOUT)
        labels.append(page.locator("text-classifier [part=name]").first.inner_text())
    return labels


@pytest.mark.parametrize("headers", [{}, ISOLATION], ids=["plain headers", "isolated"])
@pytest.mark.parametrize("kind", ["plain", "vite", "webpack"])
def test_a_page_classifies_as_python_does(
    build: Build,
    context: BrowserContext,
    golden: dict[str, str],
    kind: str,
    headers: dict[str, str],
) -> None:
    texts = list(golden)
    failures: list[str] = []
    with serve(build(kind), headers=headers) as served:
        page = open_page(context, served.address, failures)
        assert page.evaluate("texts => classifyAll(texts)", texts) == list(golden.values())
        assert type_all(page, texts[:5]) == [golden[text] for text in texts[:5]]
        assert page.evaluate("crossOriginIsolated") is bool(headers)
    assert failures == []


def test_a_react_component_hears_the_answers(
    build: Build, context: BrowserContext, golden: dict[str, str]
) -> None:
    failures: list[str] = []
    with serve(build("react")) as served:
        page = open_page(context, served.address, failures)
        output = page.locator("output")
        for text, label in golden.items():
            page.get_by_label("Your text").fill(text)
            expect(output).to_have_attribute("data-text", text, timeout=LOAD_TIMEOUT)
            expect(output).to_have_text(label)
        expect(page.locator("text-classifier [part=row]")).to_have_count(2)
    assert failures == []


def test_a_react_component_hears_of_an_error(build: Build, context: BrowserContext) -> None:
    with serve(build("react")) as served:
        page = open_page(context, f"{served.address}?src=nowhere/bundle.json", [])
        expect(page.locator("output")).to_have_text("not-found", timeout=LOAD_TIMEOUT)


@pytest.mark.parametrize("kind", ["vite", "webpack", "react"])
def test_a_bundler_emits_the_runtime_once(build: Build, kind: str) -> None:
    emitted = [path for path in build(kind).rglob("*") if "model" not in path.parts]
    wasm = [path for path in emitted if path.suffix == ".wasm"]
    assert [path.stat().st_size for path in wasm] == [14_239_897]
    scripts = [path.stat().st_size for path in emitted if path.suffix in (".js", ".mjs")]
    assert sum(scripts) < 600_000


def test_the_element_works_under_a_strict_policy(
    build: Build, context: BrowserContext, golden: dict[str, str], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(build("plain"), tmp_path / "site"))
    html = (folder / "index.html").read_text()
    (folder / "index.html").write_text(html.partition('<script type="module">')[0])
    policy = f"default-src 'self'; {POLICY}"
    failures: list[str] = []
    with serve(folder, headers={"Content-Security-Policy": policy}) as served:
        page = open_page(context, served.address, failures)
        texts = list(golden)[:5]
        assert type_all(page, texts) == [golden[text] for text in texts]
    assert failures == []
    assert f"`{POLICY}`" in (PACKAGE / "README.md").read_text(encoding="utf-8")


# Texts, what came out of the store, and what the golden texts say.
REPORT = """async () => {
  const classifier = await load("model/bundle.json");
  const { passed, texts, ids, labels } = await classifier.verify();
  classifier.dispose();
  return { passed, texts, ids, labels, stored: classifier.report.stored };
}"""


@pytest.mark.parametrize("kind", ["plain", "vite", "webpack"])
def test_an_embedded_model_is_downloaded_once_and_verifies(
    build: Build, context: BrowserContext, kind: str
) -> None:
    with serve(build(kind)) as served:
        page = open_page(context, served.address, [])
        page.wait_for_function("() => document.querySelector('#box').state === 'ready'")
        told = page.evaluate(REPORT)
        assert told["passed"] and told["texts"] > 150, told
        # Written behind the first answers.
        page.wait_for_function(
            "async () => (await (await caches.open('pocket-classifier')).keys()).length === 4"
        )
        served.forget()
        page.reload()
        page.wait_for_function("() => globalThis.load")
        stored = page.evaluate(REPORT)["stored"]
        assert sorted(stored) == ["model", "tokenizer", "tokenizer_config", "wasm"]
        assert served.sent() < 1_000_000


def test_a_runtime_of_another_version_is_refused(
    build: Build, context: BrowserContext, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(build("vite"), tmp_path / "site"))
    (wasm,) = folder.glob("assets/*.wasm")
    wasm.write_bytes(wasm.read_bytes()[:-1] + b"!")
    with serve(folder) as served:
        page = open_page(context, served.address, [])
        alert = page.locator("#box").get_by_role("alert")
        expect(alert).to_contain_text(f"The file assets/{wasm.name} is not", timeout=LOAD_TIMEOUT)


@contextmanager
def vite_dev(projects: Path) -> Iterator[str]:
    """Vite's development server; its address."""
    program = projects / "node_modules" / "vite" / "bin" / "vite.js"
    # Its own cache knows a package by its version, which ours keeps from run to run.
    call = [*node_command(), str(program), "--force", "--host", "127.0.0.1", "--port", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(call, cwd=projects / "vite", **pipes) as server:
        try:
            said = ""
            for line in server.stdout:
                said += line
                found = re.search(r"http://127\.0\.0\.1:\d+/", re.sub(r"\x1b\[\d+m", "", line))
                if found:
                    yield found[0]
                    return
            pytest.fail(said)
        finally:
            server.terminate()


def test_vites_development_server_needs_no_option(
    projects: Path, model_folder: Path, context: BrowserContext, golden: dict[str, str]
) -> None:
    texts = list(golden)[:5]
    allowed = {"Access-Control-Allow-Origin": "*"}
    with vite_dev(projects) as address, serve(model_folder, headers=allowed) as models:
        page = open_page(context, f"{address}?src={models.address}bundle.json", [])
        page.wait_for_function("() => globalThis.classifyAll")
        labels = page.evaluate("texts => classifyAll(texts)", texts)
        assert labels == [golden[text] for text in texts], json.dumps(labels)

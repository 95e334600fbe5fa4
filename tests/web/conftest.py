"""The built site in a real browser."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from export.browser.launch import launch_browser, launch_firefox
from export.browser.server import serve
from export.graph import session
from export.pipeline import StaleStages
from export.site.build import WEB_DIR
from tests.conftest import REAL_DIR
from training.run.artifact import Artifact
from training.run.errors import InputError

# Reported by the browser itself, so that nothing the page does can hide a violation.
RECORD_VIOLATIONS = """
globalThis.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
"""

LOAD_TIMEOUT = 60_000


@pytest.fixture(scope="session")
def built_site(browser_artifact: Artifact) -> Path:
    """``web/``, brought up to date from the committed artifact."""
    StaleStages(browser_artifact, REAL_DIR).site()
    return WEB_DIR


def int8_logits(artifact: Artifact, texts: Sequence[str]) -> np.ndarray:
    """What the shipped file answers natively, [n, labels]."""
    return session.predict(artifact, artifact.onnx_quantized, texts, description="ONNX int8")


@pytest.fixture(scope="session")
def bundle(built_site: Path) -> dict[str, Any]:
    """What the built site says of itself."""
    return json.loads((built_site / "bundle.json").read_text())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launch_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def firefox() -> Iterator[Browser]:
    try:
        with launch_firefox() as browser:
            yield browser
    except InputError as error:
        pytest.skip(f"not tested in Firefox: {error}")


@pytest.fixture
def site(tmp_path: Path, built_site: Path) -> Path:
    """A copy of the site that a test may damage."""
    copy = tmp_path / "site"
    names = shutil.ignore_patterns("node_modules", "templates", ".build-*")
    shutil.copytree(built_site, copy, ignore=names)
    return copy


@dataclass
class Visit:
    """A page, and everything it asked for and complained about."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def foreign_requests(self) -> list[str]:
        return [
            url for url in self.requests if not url.startswith((self.address, "blob:", "data:"))
        ]

    def violations(self) -> list[str]:
        return self.page.evaluate("violations")

    def wait_for(self, state: str) -> None:
        expect(self.page.locator("body")).to_have_attribute(
            "data-state", state, timeout=LOAD_TIMEOUT
        )

    def type(self, text: str) -> None:
        """Replace the text; what was shown for the one before is gone when this returns."""
        self.page.fill("#text", "")
        expect(self.page.locator("#results li")).to_have_count(0)
        self.page.fill("#text", text)

    def answer(self, text: str) -> str:
        """Type a text and wait for its first label."""
        self.type(text)
        expect(self.page.locator("#results li")).to_have_count(5)
        return self.first_label()

    def come_back_offline(self) -> None:
        """Reload with the network gone, and wait until the page is ready again."""
        self.page.context.set_offline(True)
        self.page.reload()
        self.wait_for("ready")
        expect(self.page.locator("#offline")).to_have_text("Offline – still working")

    def first_label(self) -> str:
        return self.page.locator("#results li").first.get_attribute("data-label") or ""


def visit(context: BrowserContext, address: str) -> Visit:
    """Open the page in a context, watched from the first request on."""
    page = context.new_page()
    page.add_init_script(RECORD_VIOLATIONS)
    result = Visit(page, address)

    def note(request: Request) -> None:
        result.requests.append(request.url)

    context.on("request", note)
    page.on("console", lambda message: result.console.append(message.text))
    page.goto(address)
    return result


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture(scope="module")
def ready(browser: Browser, built_site: Path) -> Iterator[Visit]:
    """A page with the model loaded, shared by the tests of a file that leave it as it was."""
    with serve(built_site) as served:
        address = served.address
        context = browser.new_context(service_workers="block")
        shared = visit(context, address)
        shared.wait_for("ready")
        yield shared
        context.close()

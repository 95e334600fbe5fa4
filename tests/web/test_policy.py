"""What leaves worker and page: nothing, on any visit, with the host's headers or without."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from export.browser.server import Headers, serve
from tests.hosts import as_the_sample_says
from tests.web.listener import listen
from tests.web.publishing import edit
from tests.web.visiting import Visit, visit

pytestmark = pytest.mark.slow

PROBE = Path(__file__).parent / "probe.js"
WAYS = {"fetch", "post", "xhr", "websocket", "eventsource", "module", "data", "blob"}
ASK = """([elsewhere, own, name]) => new Promise((resolve, reject) => {
  setTimeout(reject, 90_000, new Error("the worker does not answer"));
  const channel = (globalThis.probe = new BroadcastChannel(name));  // kept alive
  channel.onmessage = ({ data }) => data.outcome && resolve(data.outcome);
  const ask = () => channel.postMessage({ elsewhere, own });
  ask();
  setInterval(ask, 25_000);  // a question is lost now and then where the machine is busy
})"""


def an_older_sample(path: str) -> dict[str, str]:
    """A host whose policy does not know of workers in blobs; the browser enforces it as well."""
    headers = as_the_sample_says(path)
    policy = headers["Content-Security-Policy"].replace(" blob:", "")
    return headers | {"Content-Security-Policy": policy}


HOSTS: dict[str, Headers] = {"plain": {}, "sample": as_the_sample_says}


@pytest.fixture(params=["chromium", "firefox"])
def any_browser(request: pytest.FixtureRequest) -> Browser:
    fixture = {"chromium": "browser"}.get(request.param, request.param)
    return request.getfixturevalue(fixture)


@pytest.fixture
def probed(site: Path) -> Path:
    """The site with a worker that can be told to try and call home."""
    edit(site, {"classifier/worker-plain.js": lambda text: text + PROBE.read_text()}, newer=False)
    return site


def attempt(page: Page, channel: str = "probe") -> tuple[dict[str, Any], list[str]]:
    """What whoever listens on a channel says of each way, and what arrived at the other end."""
    with listen() as elsewhere:
        outcome = page.evaluate(ASK, [elsewhere.address, page.url, channel])
        page.wait_for_timeout(300)
        return outcome, elsewhere.heard


def assert_nothing_leaves(visited: Visit, channel: str = "probe") -> None:
    outcome, heard = attempt(visited.page, channel)
    assert set(outcome) == WAYS | {"own"}
    assert heard == [], outcome
    assert not {"reached", "silence"} & set(outcome.values()), outcome
    assert outcome["own"] == 200  # 'self' is the site, in whatever way the worker was started


def assert_nothing_leaves_the_page(visited: Visit) -> None:
    probe = PROBE.read_text().replace('"probe"', '"page"')
    visited.page.evaluate(f"() => {{ {probe} }}")
    assert_nothing_leaves(visited, "page")


def test_without_a_policy_every_way_leads_out(any_browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "probe.js").write_text(PROBE.read_text() + 'pocketProbe.postMessage("here");')
    (tmp_path / "index.html").write_text("<!doctype html><title>open</title>")
    start = """() => new Promise((resolve) => {
      new BroadcastChannel("probe").onmessage = resolve;
      globalThis.worker = new Worker("probe.js", { type: "module" });
    }).then(() => {})"""
    context = any_browser.new_context()
    with serve(tmp_path) as served:
        page = context.new_page()
        page.goto(served.address)
        page.evaluate(start)
        _, heard = attempt(page)
    context.close()
    assert set(heard) == WAYS


@pytest.mark.parametrize("host", HOSTS)
def test_nothing_leaves_on_first_and_later_visits(
    any_browser: Browser, probed: Path, host: str
) -> None:
    context = any_browser.new_context()
    with serve(probed, headers=HOSTS[host]) as served:
        first = visit(context, served.address)
        first.wait_for("ready")
        assert first.page.evaluate("navigator.serviceWorker.controller") is None
        assert first.is_isolated() == (host == "sample")
        assert_nothing_leaves(first)
        assert_nothing_leaves_the_page(first)
        first.wait_until_stored()
        first.page.reload()
        first.wait_for("ready")
        assert first.page.evaluate("navigator.serviceWorker.controller !== null")
        assert_nothing_leaves(first)
        assert_nothing_leaves_the_page(first)
        assert first.is_isolated()  # by the host, or by the service worker
        assert first.answer("I am so proud of my son") == "proud"
    context.close()


def test_a_host_that_refuses_workers_in_blobs_still_gets_its_own_policy_for_the_worker(
    any_browser: Browser, probed: Path
) -> None:
    context = any_browser.new_context()
    with serve(probed, headers=an_older_sample) as served:
        first = visit(context, served.address)
        first.wait_for("ready")
        assert_nothing_leaves(first)
    context.close()

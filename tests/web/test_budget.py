"""What a visitor has to download, from a server that compresses nothing."""

from pathlib import Path
from urllib.parse import unquote

from playwright.sync_api import Browser

from export.browser.server import serve
from tests.web.visiting import visit

HOST_LIMIT = 25 * 2**20  # a file, with one of the large static hosts
FIRST_VISIT = 20_035_000
JAVASCRIPT = 245_000
_NOT_SERVED = {"node_modules", "templates"}


def served(site: Path) -> list[Path]:
    files = (path for path in site.rglob("*") if path.is_file())
    return [path for path in files if path.relative_to(site).parts[0] not in _NOT_SERVED]


def test_no_file_is_too_large_for_a_host(built_site: Path) -> None:
    assert max(path.stat().st_size for path in served(built_site)) < HOST_LIMIT


def test_nothing_is_shipped_both_ways(built_site: Path) -> None:
    names = {path.relative_to(built_site).as_posix() for path in served(built_site)}
    assert [name for name in names if f"{name}.gzip" in names] == []


def test_a_first_visit_stays_within_the_budget(browser: Browser, built_site: Path) -> None:
    context = browser.new_context(service_workers="block")
    with serve(built_site) as host:
        first = visit(context, host.address)
        first.wait_for("ready")
    context.close()
    paths = {unquote(url.removeprefix(first.address).partition("?")[0]) for url in first.requests}
    files = [built_site / (path or "index.html") for path in paths]
    sizes = {file: file.stat().st_size for file in files if file.is_file()}
    assert {"model_quantized.onnx.gzip", "bundle.json"} <= {file.name for file in sizes}
    assert sum(sizes.values()) <= FIRST_VISIT
    scripts = [size for file, size in sizes.items() if file.suffix in {".js", ".mjs"}]
    assert len(scripts) > 10 and sum(scripts) <= JAVASCRIPT

"""The sample configurations for hosts say the same, and the same as the rest of the project."""

import re

import pytest
from jinja2 import Environment, FileSystemLoader

from export.browser.server import ISOLATION, TYPES
from export.site.build import WEB_DIR
from export.site.npm import VENDORED
from tests.hosts import HOSTS, HOSTS_DIR, Sent
from training.run.files import ROOT

KEPT = [
    f"/model/0123456789ab/{name}"
    for name in ("model_quantized.onnx.gzip", "tokenizer.json.gzip", "tokenizer_config.json")
]
DATA = ["/model/bundle.json", "/model/golden.json.gzip"]
SCRIPTS = [f"/vendor/{d}/{n}" for d, names in VENDORED.values() for n in names if n[-4:] == ".mjs"]
CHANGING = ["/", "/index.html", "/card.html", "/sw.js", "/site.json", *DATA]
FILES = [*CHANGING, "/manifest.webmanifest", *KEPT, *SCRIPTS]


@pytest.fixture(params=HOSTS)
def sent(request: pytest.FixtureRequest) -> Sent:
    return HOSTS[request.param]()


def test_every_sample_is_read() -> None:
    others = {"github-pages.yml"}  # which builds, and cannot send a header: test_github_pages
    assert {path.name for path in HOSTS_DIR.iterdir()} == set(HOSTS) | others


def test_the_policy_is_the_one_of_the_readme_and_of_the_page(sent: Sent) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (policy,) = re.findall(r"^Content-Security-Policy: (.+)$", readme, re.MULTILINE)
    of_the_page = Environment(loader=FileSystemLoader(WEB_DIR / "templates")).get_template(
        "policy.j2"
    )
    # Browsers do not heed this one in the markup of a page.
    assert policy == f"{of_the_page.module.policy}; frame-ancestors 'none'"
    assert {sent(path)["Content-Security-Policy"] for path in FILES} == {policy}


def test_every_file_is_sent_isolated(sent: Sent) -> None:
    for path in FILES:
        headers = sent(path)
        assert {name: headers[name] for name in ISOLATION} == ISOLATION
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_no_file_is_taken_for_another_type(sent: Sent) -> None:
    assert {sent(path)["X-Content-Type-Options"] for path in FILES} == {"nosniff"}


def test_only_what_is_named_after_its_content_is_kept(sent: Sent) -> None:
    for path in KEPT:
        assert sent(path)["Cache-Control"] == "public, max-age=31536000, immutable"
    for path in CHANGING:
        assert sent(path)["Cache-Control"] == "no-cache"
    for path in FILES:
        assert path in KEPT or sent(path).get("Cache-Control", "no-cache") == "no-cache"


def test_scripts_and_manifest_get_their_types(sent: Sent) -> None:
    for path in [*SCRIPTS, "/manifest.webmanifest"]:
        assert sent(path)["Content-Type"] == TYPES[path[path.rindex(".") :]]
    assert not [path for path in KEPT if "Content-Type" in sent(path)]


def test_nothing_is_announced_as_compressed() -> None:
    # The page inflates by itself; inflated twice or compressed again, a file only costs more.
    announced = re.compile(r"(?i)content-encoding|\bgzip(_\w+)? |\bencode\b|precompressed")
    for name in HOSTS:
        assert not announced.search((HOSTS_DIR / name).read_text(encoding="utf-8"))

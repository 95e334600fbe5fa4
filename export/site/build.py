"""An artifact with passing parity → the static site: rendered, hashed, swapped in at once."""

import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from export.compress import compress
from export.quality.calibrated import present_calibration
from export.quality.parity import present_parity, require_passed
from export.site.card.facts import card_facts
from export.site.card.render import render_card
from export.site.model import BUNDLE, fill_model_folder
from export.site.modules import static_imports
from export.site.npm import copy_vendored
from export.site.page import page_facts
from export.site.publish import publish, publish_copy, require_replaceable
from export.site.runtime_files import describe_runtime, require_known
from export.site.versions import digest, precache_list, version_of
from training.run.artifact import Artifact
from training.run.errors import InputError
from training.run.files import ROOT, write_json

WEB_DIR = ROOT / "web"
COMMITTED = ("app", "classifier", "styles", "icons")
MODEL_BUNDLE = f"model/{BUNDLE}"
SITE_FACTS = "site.json"
PAGE_PROGRAM = "app/main.js"
CARD = "card.html"
# In the order in which a site is taken over: last what names the others, though it lies among them.
GENERATED = (
    "vendor",
    "model",
    CARD,
    "index.html",
    "manifest.webmanifest",
    "sw.js",
    MODEL_BUNDLE,
    SITE_FACTS,
)
# Of the library's folder the page is served its program; the rest is for those who install it.
_PACKAGE_ONLY = shutil.ignore_patterns(
    "index.js", "worker.js", "element*", "bin", "types", "*.json", "*.md", "*.mjs", "node_modules"
)
# Read by some hosts and by no browser: only in the copy for a host, and not stored for offline use.
HOST_HEADERS = ROOT / "export" / "site" / "hosts" / "_headers"
_STAGE_PREFIX = ".build-"


@dataclass(frozen=True)
class BuiltSite:
    """What a site says of itself.

    ``facts`` stand in site.json: ``version`` of the site, ``packages`` from npm with their
    versions, and ``download_bytes``, what a first visit loads besides the page. ``bundle`` is the
    contents of the model's ``bundle.json``.
    """

    facts: dict[str, Any]
    bundle: dict[str, Any]


def build_site(artifact: Artifact, web: Path = WEB_DIR, out: Path | None = None) -> BuiltSite:
    """Write the site into ``web`` and, if given, a clean copy for a host into ``out``.

    Everything is made in a temporary folder first; until it is complete, the previous site stays.

    Raises:
        InputError: no parity record of the present files, no calibration of them, or ``out`` or
            something in it is not ours.
        CheckError: int8 is outside the gate.
    """
    parity = _require_parity(artifact, web)
    if out is not None:
        require_replaceable(out, web)
    for left_over in web.glob(f"{_STAGE_PREFIX}*"):
        shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(prefix=_STAGE_PREFIX, dir=web) as folder:
        # A folder of its own inside: the temporary one is closed to others, and a site must not be.
        stage = Path(folder) / "site"
        stage.mkdir()
        site = render_site(artifact, parity, web, stage)
        if out is not None:
            shutil.copyfile(HOST_HEADERS, stage / HOST_HEADERS.name)
            publish_copy(stage, out, (*COMMITTED, *GENERATED, HOST_HEADERS.name))
        publish(stage, web, GENERATED)
    return site


def _require_parity(artifact: Artifact, web: Path) -> dict[str, Any]:
    parity = present_parity(artifact, page_facts(web))
    if parity is None:
        raise InputError(
            f"{artifact.parity}: no parity record for the present model files; "
            "run scripts/check_parity.py"
        )
    return parity


def _require_calibration(artifact: Artifact) -> dict[str, Any]:
    calibration = present_calibration(artifact)
    if calibration is None:
        raise InputError(
            f"{artifact.calibration}: no calibration of the present int8 file; "
            "run scripts/measure.py calibration"
        )
    return calibration


def render_site(artifact: Artifact, parity: dict[str, Any], web: Path, stage: Path) -> BuiltSite:
    """Fill the empty folder ``stage`` with the complete site; nothing is published.

    Args:
        parity: the record that lets int8 through, and whose figures the page shows.

    Raises:
        InputError: no calibration of the present files, a record that cannot be used, or the
            library knows another runtime.
        CheckError: int8 is outside the gate.
    """
    require_passed(parity, artifact)
    calibration = _require_calibration(artifact)
    for folder in COMMITTED:
        ignore = _PACKAGE_ONLY if folder == "classifier" else None
        shutil.copytree(web / folder, stage / folder, ignore=ignore)
    packages = copy_vendored(web, stage / "vendor")
    for wasm in sorted(stage.glob("vendor/**/*.wasm")):
        compress(wasm)
    runtime = describe_runtime(web, stage / "vendor")
    require_known(web, runtime)
    (stage / "model").mkdir()
    bundle = fill_model_folder(artifact, parity, calibration, stage / "model")
    card = card_facts(artifact, parity, calibration, bundle)
    _write(stage / CARD, render_card(web / "templates", card))
    page = artifact.load_config().page
    facts = {
        "version": version_of(stage, asdict(page)),
        "download_bytes": _download_bytes(bundle, runtime),
        "packages": packages,
    }
    write_json(stage / SITE_FACTS, facts)
    modules = [path.relative_to(stage.resolve()) for path in static_imports(stage / PAGE_PROGRAM)]
    _render(web, stage, page=page, version=facts["version"], modules=modules)
    return BuiltSite(facts, bundle)


def _download_bytes(bundle: dict[str, Any], runtime: dict[str, Any]) -> int:
    """What a first visit loads besides the page; golden texts are loaded only when asked for."""
    files = (bundle["files"] | runtime["files"]).items()
    return sum(file["bytes"] for name, file in files if name != "golden")


def _render(web: Path, stage: Path, **values: Any) -> None:
    """Fill the templates, the service worker last: it lists all other files."""
    environment = Environment(
        loader=FileSystemLoader(web / "templates"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html", "html.j2"]),
        keep_trailing_newline=True,
    )
    for name in ("index.html", "manifest.webmanifest"):
        _write(stage / name, environment.get_template(f"{name}.j2").render(values))
    precache = precache_list(stage)
    worker = environment.get_template("sw.js.j2")
    _write(stage / "sw.js", worker.render(version=digest(precache), precache=precache))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")

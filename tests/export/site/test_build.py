"""The site is complete, consistent, reproducible, and replaced all at once or not at all."""

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from export.site.build import (
    CARD,
    COMMITTED,
    GENERATED,
    HOST_HEADERS,
    MODEL_BUNDLE,
    WEB_DIR,
    build_site,
)
from export.site.publish import PUBLISHED
from export.site.runtime_files import RUNTIME_FILES
from tests.export.conftest import snapshot
from tests.tiny import Made
from training.run.artifact import Artifact
from training.run.errors import CheckError, InputError


def precache(site: Path) -> list[dict[str, str]]:
    script = (site / "sw.js").read_text()
    return json.loads(re.search(r"const PRECACHE = (\[.*?\]);", script, re.DOTALL)[1])


def test_the_site_says_what_is_there(web: Path, passed: Artifact) -> None:
    site = build_site(passed, web)
    assert json.loads((web / "site.json").read_text()) == site.facts
    assert json.loads((web / "model" / "bundle.json").read_text()) == site.bundle
    index = (web / "index.html").read_text()
    assert f'data-version="{site.facts["version"]}"' in index
    lock = json.loads((WEB_DIR / "package-lock.json").read_text())["packages"]
    for package in ("onnxruntime-web", "@huggingface/tokenizers"):
        assert site.facts["packages"][package] == lock[f"node_modules/{package}"]["version"]


def test_the_download_is_all_that_a_first_visit_loads_besides_the_page(
    web: Path, passed: Artifact
) -> None:
    site = build_site(passed, web)
    model = [*(web / "model").glob("*/*"), *(web / "vendor").glob("*/ort-wasm-*")]
    assert len(model) == 5  # with the tokenizer's two files; the golden texts lie elsewhere
    assert site.facts["download_bytes"] == sum(file.stat().st_size for file in model)


def test_large_files_are_shipped_compressed_and_only_so(web: Path, passed: Artifact) -> None:
    build_site(passed, web)
    served = {web / path for path in snapshot(web) if path.startswith(("model/", "vendor/"))}
    compressed = {path for path in served if path.suffix == ".gzip"}
    assert {path.name.removesuffix(".gzip") for path in compressed} == {
        "model_quantized.onnx", "tokenizer.json", "golden.json", "ort-wasm-simd-threaded.wasm",
    }  # fmt: skip
    for path in compressed:
        assert len(gzip.decompress(path.read_bytes())) > path.stat().st_size
        assert not path.with_suffix("").exists()
    assert max(path.stat().st_size for path in served - compressed) < 100_000


def test_browser_and_python_run_the_same_onnxruntime(web: Path, passed: Artifact) -> None:
    site = build_site(passed, web)
    assert site.facts["packages"]["onnxruntime-web"] == site.bundle["versions"]["onnxruntime"]


def test_a_site_for_another_runtime_than_the_library_knows_is_not_built(
    web: Path, passed: Artifact
) -> None:
    constants = web / RUNTIME_FILES
    text = constants.read_text()
    hashes = re.findall(r'"sha256": "(\w{64})"', text)
    assert len(hashes) == 3
    for known in hashes[1:]:  # how the wasm was compressed is a matter of the machine
        constants.write_text(text.replace(known, "0" * 64))
        with pytest.raises(InputError, match=r"its constants are not those of onnxruntime-web 1\."):
            build_site(passed, web)
    constants.write_text(text.replace(hashes[0], "0" * 64))
    build_site(passed, web)


def test_what_belongs_to_the_librarys_package_alone_is_not_in_the_site(
    web: Path, passed: Artifact, tmp_path: Path
) -> None:
    (web / "classifier" / "README.md").touch()
    build_site(passed, web, tmp_path / "site")
    names = {path.name for path in (tmp_path / "site" / "classifier").rglob("*")}
    assert "runtime-files.js" in names
    assert {Path(name).suffix for name in names} == {".js"}


def test_every_served_file_is_precached_under_its_own_hash(
    web: Path, passed: Artifact, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    build_site(passed, web, out)
    entries = {entry["url"]: entry["integrity"] for entry in precache(out)}
    files = {"./" if name == "index.html" else name: name for name in snapshot(out)}
    # A host keeps the headers to itself, and the list is for the next build.
    del files["sw.js"], files[HOST_HEADERS.name], files[PUBLISHED]
    assert set(entries) == set(files)
    for url, name in files.items():
        content = (out / name).read_bytes()
        # Some hosts announce the compression as an encoding, and then the browser inflates it.
        forms = [content, gzip.decompress(content)] if name.endswith(".gzip") else [content]
        digests = [hashlib.sha256(form).digest() for form in forms]
        assert entries[url].split() == [
            "sha256-" + base64.b64encode(digest).decode() for digest in digests
        ]


def test_the_pages_name_only_files_that_exist(web: Path, passed: Artifact) -> None:
    build_site(passed, web)
    html = (web / "index.html").read_text() + (web / CARD).read_text()
    manifest = json.loads((web / "manifest.webmanifest").read_text())
    names = re.findall(r'(?:src|href)="([^"]+)"', html) + [i["src"] for i in manifest["icons"]]
    assert len(names) > 4 and CARD in names and "./" in names
    assert [name for name in names if not (web / name.replace("./", "index.html")).is_file()] == []


def test_the_page_carries_a_strict_policy_and_nothing_inline(web: Path, passed: Artifact) -> None:
    build_site(passed, web)
    html = (web / "index.html").read_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)[1]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert rules["connect-src"] == rules["style-src"] == "'self'"
    assert rules["worker-src"] == "'self' blob:"  # a worker in a blob inherits this policy
    assert json.dumps(policy).replace("'", "\\u0027") in (web / "sw.js").read_text()
    assert "unsafe-inline" not in policy and "'unsafe-eval'" not in policy
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert re.findall(r"<style|\bstyle=|\son\w+=", html) == []


def test_texts_of_the_config_cannot_become_markup(
    web: Path, passed: Artifact, tmp_path: Path
) -> None:
    artifact = Artifact(Path(shutil.copytree(passed.path, tmp_path / "sly")))
    config = yaml.safe_load(artifact.run_config.read_text())
    sly = "<script src='https://example.test/x.js'></script>"
    config["page"] = {"title": sly, "examples": [sly], "placeholder": '" onfocus="'}
    artifact.run_config.write_text(yaml.safe_dump(config))
    build_site(artifact, web)
    html = (web / "index.html").read_text()
    assert "<script src='https" not in html and 'placeholder="" ' not in html
    assert "&lt;script" in html


def test_equal_input_gives_an_equal_site(
    web: Path, passed: Artifact, compressed_before: dict[bytes, bytes]
) -> None:
    build_site(passed, web)
    first = snapshot(web)
    compressed_before.clear()
    build_site(passed, web)
    assert snapshot(web) == first


def test_any_change_of_the_site_changes_its_version(web: Path, passed: Artifact) -> None:
    sites = [build_site(passed, web)]
    style = web / "styles" / "page.css"
    style.write_text(style.read_text() + "\n")
    sites.append(build_site(passed, web))
    script = (web / "sw.js").read_text()
    template = web / "templates" / "index.html.j2"
    template.write_text(template.read_text() + "\n")
    build_site(passed, web)
    assert len({site.facts["version"] for site in sites}) == 2
    assert (web / "sw.js").read_text() != script
    assert sites[0].bundle == sites[1].bundle  # the model is the same, and so is its version


def test_another_text_of_the_page_is_another_version_of_the_site_and_none_of_the_model(
    web: Path, passed: Artifact, tmp_path: Path
) -> None:
    before = build_site(passed, web)
    artifact = Artifact(Path(shutil.copytree(passed.path, tmp_path / "new" / passed.name)))
    config = yaml.safe_load(artifact.run_config.read_text())
    artifact.run_config.write_text(yaml.safe_dump(config | {"page": {"title": "Another"}}))
    after = build_site(artifact, web)
    assert after.facts["version"] != before.facts["version"]
    assert after.bundle == before.bundle


def test_another_card_is_another_version_of_the_site_and_none_of_the_model(
    web: Path, passed: Artifact, tmp_path: Path
) -> None:
    before, card = build_site(passed, web), (web / CARD).read_text()
    artifact = Artifact(Path(shutil.copytree(passed.path, tmp_path / "new" / passed.name)))
    record = json.loads(artifact.calibration.read_text())
    artifact.calibration.write_text(json.dumps(record | {"commit": "0123456789ab"}))
    after = build_site(artifact, web)
    assert "0123456789ab" in (web / CARD).read_text() and "0123456789ab" not in card
    assert after.facts["version"] != before.facts["version"]
    assert after.bundle == before.bundle


def test_without_a_parity_record_nothing_is_rendered(web: Path, exported: Made) -> None:
    before = snapshot(web)
    with pytest.raises(InputError, match=r"no parity record.*check_parity\.py"):
        build_site(exported.copy(), web)
    assert snapshot(web) == before


def test_a_failed_gate_keeps_the_previous_site(web: Path, passed: Artifact, tmp_path: Path) -> None:
    build_site(passed, web)
    before = snapshot(web)
    failed = Artifact(Path(shutil.copytree(passed.path, tmp_path / "failed")))
    record = json.loads(failed.parity.read_text())
    record |= {"passed": False, "breaches": ["onnx_int8: agreement 0.1, wanted 0.92"]}
    failed.parity.write_text(json.dumps(record))
    with pytest.raises(CheckError, match=r"outside the gate.*agreement 0\.1"):
        build_site(failed, web)
    assert snapshot(web) == before


def test_a_record_of_another_model_is_not_accepted(
    web: Path, passed: Artifact, tmp_path: Path
) -> None:
    other = Artifact(Path(shutil.copytree(passed.path, tmp_path / "other")))
    with other.onnx_quantized.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(InputError, match="no parity record for the present model files"):
        build_site(other, web)


def test_a_build_that_fails_leaves_the_previous_site(web: Path, passed: Artifact) -> None:
    build_site(passed, web)
    before = snapshot(web)
    template = web / "templates" / "sw.js.j2"
    template.write_text("{{ unknown_name }}")
    with pytest.raises(Exception, match="unknown_name"):
        build_site(passed, web)
    template.write_text((WEB_DIR / "templates" / "sw.js.j2").read_text())
    assert snapshot(web) == before


PROGRAM = """
import sys, time
from pathlib import Path
from export.site import build as bundle
from training.run.artifact import Artifact

def wait(*_):
    print("staged", flush=True)
    time.sleep(600)

bundle.precache_list = wait
bundle.build_site(Artifact(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def test_a_build_that_is_killed_leaves_the_previous_site(web: Path, passed: Artifact) -> None:
    build_site(passed, web)
    before = snapshot(web)
    style = web / "styles" / "page.css"
    style.write_text("/* changed */")
    command = [sys.executable, "-c", PROGRAM, str(passed.path), str(web)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "staged\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    left_over = list(web.glob(".build-*"))
    assert left_over
    for name in GENERATED:
        kept = {k: v for k, v in before.items() if k == name or k.startswith(f"{name}/")}
        assert kept and kept.items() <= snapshot(web).items()
    build_site(passed, web)
    assert list(web.glob(".build-*")) == []


def test_a_clean_copy_holds_the_site_and_nothing_else(
    web: Path, passed: Artifact, tmp_path: Path
) -> None:
    out = tmp_path / "new folder" / "site"
    build_site(passed, web, out)
    names = {*COMMITTED, *GENERATED, HOST_HEADERS.name, PUBLISHED} - {MODEL_BUNDLE}
    assert {path.name for path in out.iterdir()} == names
    assert not (web / HOST_HEADERS.name).exists()
    assert [path.name for path in out.parent.iterdir()] == ["site"]


def test_a_clean_copy_follows_the_sources_and_leaves_what_others_put_there(
    web: Path, passed: Artifact, tmp_path: Path
) -> None:
    out, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    extra = web / "app" / "extra" / "gone.js"
    extra.parent.mkdir()
    extra.touch()
    build_site(passed, web, out)
    assert (out / "app" / "extra" / "gone.js").is_file()
    theirs = ("CNAME", ".git/config", "app/notes.txt", "model/mine/model.onnx")
    for name in theirs:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(name)
    elsewhere.mkdir()
    (elsewhere / "thesis.tex").write_text("years of work")
    (out / "linked").symlink_to(elsewhere)
    (out / "icons" / "linked").symlink_to(elsewhere)
    shutil.rmtree(extra.parent)
    build_site(passed, web, out)
    assert {name: (out / name).read_text() for name in theirs} == {name: name for name in theirs}
    assert (elsewhere / "thesis.tex").read_text() == "years of work"
    assert (out / "linked").is_symlink() and (out / "icons" / "linked").is_symlink()
    assert not (out / "app" / "extra").exists()


def test_a_clean_copy_can_be_read_by_a_web_server(
    web: Path, passed: Artifact, tmp_path: Path
) -> None:
    """A server runs as somebody else."""
    out = tmp_path / "site"
    build_site(passed, web, out)
    ordinary = tmp_path / "ordinary"
    ordinary.mkdir()
    assert out.stat().st_mode == ordinary.stat().st_mode
    closed = [p for p in out.rglob("*") if not p.stat().st_mode & stat.S_IROTH]
    assert closed == []


def test_a_clean_copy_cannot_replace_the_sources(web: Path, passed: Artifact) -> None:
    build_site(passed, web)
    before = snapshot(web)
    for out in (web, web / "app", web / "copy"):
        with pytest.raises(InputError, match="lies in the sources of the site"):
            build_site(passed, web, out)
    assert snapshot(web) == before


def test_another_model_takes_the_place_of_the_old_one(web: Path, passed: Artifact) -> None:
    build_site(passed, web)
    (new,) = (path for path in (web / "model").iterdir() if path.is_dir())
    old = new.rename(web / "model" / "0123456789ab")
    published = (web / PUBLISHED).read_text()
    (web / PUBLISHED).write_text(published.replace(new.name, old.name))
    bundle = build_site(passed, web).bundle
    assert {path.name for path in (web / "model").iterdir()} == {
        new.name, "bundle.json", "golden.json.gzip",
    }  # fmt: skip
    assert bundle["files"]["model"]["path"].startswith(f"{new.name}/")


def test_a_folder_of_the_user_is_not_replaced(web: Path, passed: Artifact, tmp_path: Path) -> None:
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter.tex").write_text("years of work")
    (out / "site.json").write_text("{}")  # which is no proof that the folder is ours
    with pytest.raises(InputError, match="is no site built here"):
        build_site(passed, web, out)
    assert (out / "chapter.tex").read_text() == "years of work"
    assert not (web / "site.json").exists()

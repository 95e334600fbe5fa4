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

from export.graph.ahead import optimize_ahead
from export.site.build import COMMITTED, GENERATED, HOST_HEADERS, WEB_DIR, build_site
from export.site.publish import PUBLISHED
from tests.export.conftest import snapshot
from tests.tiny import Made
from training.run.artifact import Artifact
from training.run.errors import CheckError, InputError
from training.run.files import sha256_of


def precache(site: Path) -> list[dict[str, str]]:
    script = (site / "sw.js").read_text()
    return json.loads(re.search(r"const PRECACHE = (\[.*?\]);", script, re.DOTALL)[1])


def test_the_bundle_says_what_is_there(web: Path, passed: Artifact, tmp_path: Path) -> None:
    bundle = build_site(passed, web)
    assert json.loads((web / "bundle.json").read_text()) == bundle
    assert bundle["labels"] == passed.load_labels()
    assert bundle["max_length"] == 32
    for file in bundle["files"].values():
        content = (web / file["path"]).read_bytes()
        assert len(content) == file["bytes"]
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
    contents = {name: file.get("content", file) for name, file in bundle["files"].items()}
    optimize_ahead(passed.onnx_quantized, tmp_path / "ahead.onnx")
    assert contents["model"]["sha256"] == sha256_of(tmp_path / "ahead.onnx")
    assert contents["tokenizer"]["sha256"] == sha256_of(passed.tokenizer)
    parity = json.loads(passed.parity.read_text())
    for runtime, result in parity["results"].items():
        assert bundle["metrics"][runtime]["macro_f1"] == result["macro_f1"]
    calibration = json.loads(passed.calibration.read_text())
    assert bundle["temperature"] == calibration["temperature"] != 1
    assert bundle["temperature_slope"] == calibration["temperature_slope"]
    assert bundle["unsure_below"] == calibration["unsure_below"]
    assert bundle["calibration"]["ece"] == calibration["splits"]["test"]["ece"]["after"]
    assert bundle["parity"]["agreement"] == parity["results"]["onnx_int8"]["agreement"]
    lock = json.loads((WEB_DIR / "package-lock.json").read_text())["packages"]
    for package in ("onnxruntime-web", "@huggingface/tokenizers"):
        assert bundle["versions"][package] == lock[f"node_modules/{package}"]["version"]


def test_large_files_are_shipped_compressed_and_only_so(web: Path, passed: Artifact) -> None:
    files = build_site(passed, web)["files"]
    compressed = {name for name, file in files.items() if "content" in file}
    assert compressed == {"model", "tokenizer", "wasm"}
    for name in compressed:
        content = gzip.decompress((web / files[name]["path"]).read_bytes())
        assert len(content) == files[name]["content"]["bytes"] > files[name]["bytes"]
        assert hashlib.sha256(content).hexdigest() == files[name]["content"]["sha256"]
        assert not (web / files[name]["path"].removesuffix(".gzip")).exists()
    rest = [path for path in snapshot(web) if path.startswith(("model/", "vendor/"))]
    assert max((web / path).stat().st_size for path in rest if not path.endswith("gzip")) < 100_000


def test_the_runtime_lies_where_the_worker_looks_for_it(web: Path, passed: Artifact) -> None:
    files = build_site(passed, web)["files"]
    code = (web / "app" / "classifier" / "vendor.js").read_text()
    named = dict(re.findall(r'^export const (\w+) = "(.+)";$', code, re.MULTILINE))
    assert files["wasm"]["path"] == f"vendor/{named['WASM']}"
    assert files["wasm_glue"]["path"] == f"vendor/{named['GLUE']}"


def test_browser_and_python_run_the_same_onnxruntime(web: Path, passed: Artifact) -> None:
    versions = build_site(passed, web)["versions"]
    assert versions["onnxruntime-web"] == versions["onnxruntime"]


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


def test_the_index_names_only_files_that_exist(web: Path, passed: Artifact) -> None:
    build_site(passed, web)
    html = (web / "index.html").read_text()
    manifest = json.loads((web / "manifest.webmanifest").read_text())
    names = re.findall(r'(?:src|href)="([^"]+)"', html) + [i["src"] for i in manifest["icons"]]
    assert len(names) > 4
    assert [name for name in names if not (web / name).is_file()] == []


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
    versions = {build_site(passed, web)["version"]}
    style = web / "styles" / "page.css"
    style.write_text(style.read_text() + "\n")
    versions.add(build_site(passed, web)["version"])
    script = (web / "sw.js").read_text()
    template = web / "templates" / "index.html.j2"
    template.write_text(template.read_text() + "\n")
    build_site(passed, web)
    assert len(versions) == 2
    assert (web / "sw.js").read_text() != script


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
    names = (*COMMITTED, *GENERATED, HOST_HEADERS.name, PUBLISHED)
    assert sorted(path.name for path in out.iterdir()) == sorted(names)
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
    (new,) = (web / "model").iterdir()
    old = new.rename(web / "model" / "0123456789ab")
    published = (web / PUBLISHED).read_text()
    (web / PUBLISHED).write_text(published.replace(new.name, old.name))
    bundle = build_site(passed, web)
    assert list((web / "model").iterdir()) == [new]
    assert bundle["files"]["model"]["path"].startswith(f"model/{new.name}/")


def test_a_folder_of_the_user_is_not_replaced(web: Path, passed: Artifact, tmp_path: Path) -> None:
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter.tex").write_text("years of work")
    (out / "bundle.json").write_text("{}")  # which is no proof that the folder is ours
    with pytest.raises(InputError, match="is no site built here"):
        build_site(passed, web, out)
    assert (out / "chapter.tex").read_text() == "years of work"
    assert not (web / "bundle.json").exists()

"""The card is a page without a program that keeps the policy, for any run."""

import re
from collections.abc import Callable
from typing import Any

import yaml

from export.site.build import WEB_DIR
from export.site.card.render import render_card
from tests.export.site.card.conftest import edit
from tests.training.report.made_up import MODELS, make_record, write_run
from training.run.artifact import Artifact
from training.run.files import read_json, sha256_of

Collect = Callable[[Artifact], dict[str, Any]]
SECTIONS = ("glance", "scores", "int8", "time", "sureness", "classes", "robustness", "origin")


def render(artifact: Artifact, facts_of: Collect) -> str:
    return render_card(WEB_DIR / "templates", facts_of(artifact))


def sections(html: str) -> list[str]:
    return re.findall(r'<section aria-labelledby="(\w+)"', html)


def test_every_part_is_there_with_the_figures_of_its_record(
    full: Artifact, facts_of: Collect
) -> None:
    html = render(full, facts_of)
    assert sections(html) == list(SECTIONS)
    parity, record = read_json(full.parity), read_json(full.metrics("test"))
    for figure in (
        f"{record['macro_f1']:.3f}",
        f"{parity['results']['onnx_int8']['agreement']:.1%}",
        f"{parity['results']['browser_int8']['p50_ms']:.1f} ms",
        parity["files"]["onnx_int8"]["sha256"],
        *(f"{f1:.3f}" for f1 in record["per_class_f1"]),
    ):
        assert figure in html, figure
    config = full.load_config()
    for words in (config.data.license, "no diagnosis", "Rashkin"):
        assert words in html


def test_of_a_run_without_further_records_the_rest_is_rendered(
    bare: Artifact, facts_of: Collect
) -> None:
    html = render(bare, facts_of)
    assert sections(html) == ["glance", "int8", "time", "sureness", "origin"]
    parity = read_json(bare.parity)
    del parity["results"]["browser_int8"]
    edit(bare.parity, **parity)
    assert sections(render(bare, facts_of)) == ["glance", "int8", "sureness", "origin"]


def test_it_has_no_program_and_nothing_inline(full: Artifact, facts_of: Collect) -> None:
    html = render(full, facts_of)
    assert re.findall(r"<script|<style|\sstyle=|\son\w+=|https?://", html) == []
    assert "Content-Security-Policy" in html and "default-src 'none'" in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)) > 10
    named = re.findall(r'aria-labelledby="([^"]+)"', html)
    assert set(named) <= set(ids)


def test_every_picture_says_what_it_shows(full: Artifact, facts_of: Collect) -> None:
    pictures = re.findall(r"<svg [^>]*>", render(full, facts_of))
    assert len([p for p in pictures if 'role="img"' in p]) == 4
    for picture in pictures:
        said = re.search(r'aria-label="([^"]*)"', picture)
        assert 'aria-hidden="true"' in picture or len(said[1]) > 40, picture


def test_a_run_of_77_labels_and_no_words_of_its_own(bare: Artifact, facts_of: Collect) -> None:
    names = [f"topic_{i:02}_{'of_some_length' * (i % 3)}" for i in range(77)]
    edit(bare.model_config, id2label={str(i): name for i, name in enumerate(names)})
    record = make_record(MODELS[1], n=1200, names=names)
    record |= {"weights_sha256": sha256_of(bare.weights), "run": bare.name}
    write_run(bare.path.parent, record, bare.name)
    edit(bare.calibration, families=[names[:3]], unsure_below=None)
    settings = yaml.safe_load(bare.run_config.read_text())
    for key in ("page", "intended_use", "limits"):
        settings.pop(key)
    settings["data"] = {"name": "Topics"}
    bare.run_config.write_text(yaml.safe_dump(settings))
    html = render(bare, facts_of)
    assert "classes" in sections(html) and "robustness" not in sections(html)
    for name in names:
        assert html.count(f">{name}<") >= 2, name  # once in the table of classes, once in words
    assert "emotion" not in html.lower().replace(bare.name, "")
    assert "never says that it is sure" in html


def test_texts_of_the_run_cannot_become_markup(bare: Artifact, facts_of: Collect) -> None:
    sly = '<script src="x.js"></script>" onload="'
    settings = yaml.safe_load(bare.run_config.read_text())
    settings |= {"intended_use": sly, "limits": sly, "page": {"title": sly, "notice": sly}}
    settings["data"] |= {"name": sly, "license": sly, "citation": sly}
    bare.run_config.write_text(yaml.safe_dump(settings))
    html = render(bare, facts_of)
    assert "<script" not in html and '" onload' not in html
    assert html.count("&lt;script") > 5

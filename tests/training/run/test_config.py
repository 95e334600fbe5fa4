from pathlib import Path

import pytest

from training.run.config import CONFIG_DIR, config_path, load_config
from training.run.errors import InputError

MINIMAL = "run: mine\nbase: some/model\ndata:\n  name: texts\n"


@pytest.mark.parametrize("path", sorted(CONFIG_DIR.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_bundled_config_loads_and_speaks_for_its_data(path: Path) -> None:
    config = load_config(path)
    assert config.run.startswith(path.stem)
    assert config.data.license and config.intended_use and config.limits and config.page.notice


def test_a_minimal_config_gets_defaults(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(MINIMAL)
    config = load_config(path)
    assert (config.data.text_column, config.data.label_column) == ("text", "label")
    assert config.parity.min_agreement == 0.92


@pytest.mark.parametrize("tag", ["en", "de-CH", "zh-Hant-TW", "es-419", "pt-br", "de-1996"])
def test_a_page_has_a_language(tmp_path: Path, tag: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(MINIMAL)
    assert load_config(path).page.lang == "en"
    path.write_text(MINIMAL + f"page:\n  lang: {tag}\n")
    assert load_config(path).page.lang == tag


BAD_CONFIGS = {
    "unknown key": (MINIMAL + "epochs: 3\n", "unknown key 'epochs'"),
    "unknown nested key": (MINIMAL + "train:\n  epoch: 3\n", "unknown key 'train.epoch'"),
    "missing key": ("run: mine\ndata:\n  name: texts\n", "'base' is missing"),
    "not a number": (MINIMAL + "train:\n  epochs: many\n", "'train.epochs'.*'many'"),
    "out of range": (MINIMAL + "parity:\n  min_agreement: 92\n", "'parity.min_agreement'.*92"),
    "a run that is a path": (MINIMAL.replace("mine", "../mine"), "'run'"),
    "a language by its name": (MINIMAL + "page:\n  lang: english\n", "'page.lang': .*tag.*english"),
    "an empty language": (MINIMAL + "page:\n  lang: ''\n", "'page.lang': .*tag"),
    "a list": ("- run\n", "expected a mapping"),
    "broken YAML": ("run: [\n", "cannot be read as YAML"),
}


@pytest.mark.parametrize("case", BAD_CONFIGS)
def test_bad_configs_are_named_in_one_sentence(tmp_path: Path, case: str) -> None:
    text, pattern = BAD_CONFIGS[case]
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=pattern) as caught:
        load_config(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_config_is_found_by_name_or_path(tmp_path: Path) -> None:
    assert config_path("minilm") == CONFIG_DIR / "minilm.yaml"
    path = tmp_path / "mine.yaml"
    path.touch()
    assert config_path(str(path)) == path
    with pytest.raises(InputError, match=r"no config .maxilm..*minilm"):
        config_path("maxilm")

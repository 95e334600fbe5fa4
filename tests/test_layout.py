"""What holds for the tree as a whole: who imports whom, what is served, what is committed."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from training.run.artifact import BROWSER_RUN
from training.run.files import ROOT

# package → packages of this project that it may import
MAY_IMPORT = {
    "training": {"training"},
    "export": {"export", "training"},
    "scripts": {"export", "training"},
}
PACKAGES = {"training", "export", "scripts", "tests"}
# Rooms in the order in which data flows: each may import from those before it, and from itself.
FLOORS = {
    "training": ("run", "data", "bases", "measure", "fit", "report", "behaviour", "ladder"),
    "export": (
        "fresh", "compress", "browser", "graph", "int8", "quality", "hub", "site", "pipeline",
        "rows", "bench", "choice", "search", "readme",
    ),
}  # fmt: skip


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert len(files) >= 5
    wrong = {
        path.name: imports_of(path) & PACKAGES - MAY_IMPORT[package]
        for path in files
        if imports_of(path) & PACKAGES - MAY_IMPORT[package]
    }
    assert wrong == {}


def modules_of(path: Path) -> set[str]:
    """Dotted names of the modules that a file imports, those in functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


@pytest.mark.parametrize("package", FLOORS)
def test_floors_go_only_downward(package: str) -> None:
    floors = FLOORS[package]
    known = {path.stem for path in (ROOT / package).iterdir() if (path / "__init__.py").is_file()}
    known |= {path.stem for path in (ROOT / package).glob("*.py")} - {"__init__"}
    assert known == set(floors)
    upward = []
    for path in sorted((ROOT / package).rglob("*.py")):
        room = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
        for module in modules_of(path):
            top, _, rest = module.partition(".")
            other = rest.partition(".")[0]
            if top != package or room == "__init__":
                continue
            if other not in floors or floors.index(other) > floors.index(room):
                upward.append(f"{path.relative_to(ROOT)} imports {module}")
    assert upward == []


def test_every_room_says_what_lives_there_and_what_does_not() -> None:
    for path in (ROOT / package for package in FLOORS):
        for room in (path, *(p.parent for p in path.glob("*/__init__.py"))):
            text = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
            assert 2 <= len(text.splitlines()) <= 5, room


def committed() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_what_is_served_names_no_remote_address() -> None:
    served = [
        name
        for name in committed()
        if re.match(r"web/(app|classifier|styles|templates|icons)/", name)
        and not name.endswith((".png", ".json", ".md"))
    ]
    assert len(served) > 30
    # A namespace is a name, not a place.
    allowed = {"http://www.w3.org/2000/svg", "https://json-schema.org/draft/2020-12/schema"}
    found = {
        name: set(re.findall(r"(?:https?:)?//[\w-]+\.[\w./-]+", (ROOT / name).read_text()))
        - allowed
        for name in served
    }
    assert {name: urls for name, urls in found.items() if urls} == {}


def imports_of_script(path: Path) -> set[str]:
    """Relative addresses that a JavaScript module imports, those of types too."""
    return set(re.findall(r'(?:from|import)\s*\(?\s*"(\.{1,2}/[^"]+)', path.read_text()))


def test_the_page_knows_no_more_of_the_library_than_others_may() -> None:
    public = {"plain.js", "element-plain.js"}
    used = set()
    for path in (ROOT / "web" / "app").rglob("*.js"):
        for address in imports_of_script(path):
            place = (path.parent / address).resolve().relative_to(ROOT / "web")
            assert place.parts[0] == "app" or place.parent == Path("classifier"), path
            used |= {place.name} if place.parts[0] == "classifier" else set()
    assert "plain.js" in used and used <= public


def test_the_library_knows_no_page() -> None:
    library = ROOT / "web" / "classifier"
    modules = sorted(path for path in library.rglob("*.js") if "node_modules" not in path.parts)
    assert len(modules) > 30
    for path in modules:
        for address in imports_of_script(path):
            assert (path.parent / address).resolve().is_relative_to(library), path
        assert len(path.read_text().splitlines()) <= 200, path


def test_python_stays_out_of_the_site() -> None:
    assert [name for name in committed() if name.startswith("web/") and name.endswith(".py")] == []


def test_the_data_set_is_not_in_the_tree() -> None:
    text = (".csv", ".json", ".jsonl", ".md", ".txt", ".py", ".js", ".mjs")
    rows = re.compile(r"hit:\d+_conv:\d+")
    found = [
        name
        for name in committed()
        if name.endswith(text) and rows.search((ROOT / name).read_text(encoding="utf-8"))
    ]
    assert found == []


def test_only_the_browser_run_brings_weights() -> None:
    large = [name for name in committed() if (ROOT / name).stat().st_size > 2_000_000]
    assert large == [f"training/artifacts/{BROWSER_RUN}/model.safetensors"]


def test_the_top_level_is_what_the_design_says() -> None:
    names = {name.partition("/")[0] for name in committed()}
    assert {name for name in names if not name.startswith(".")} == {
        "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "pyproject.toml",
        "export", "scripts", "tests", "training", "web",
    }  # fmt: skip


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]], ids=" ".join)
def test_python_style(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "ruff", *arguments, str(ROOT)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_modules_stay_small() -> None:
    sources = [p for package in MAY_IMPORT for p in (ROOT / package).rglob("*.py")]
    sizes = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in sources}
    assert {name: size for name, size in sizes.items() if size > 220} == {}

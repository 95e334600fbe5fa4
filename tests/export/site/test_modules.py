from pathlib import Path

from export.site.build import PAGE_PROGRAM, WEB_DIR
from export.site.modules import static_imports


def test_all_that_is_imported_at_once_is_found_once_and_what_comes_later_is_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.js").write_text(
        'import { a } from "./a.js";\nimport "../b.js";\n'
        '/** @type {import("./types.js").T} */\nconst later = import("./later.js");\n'
    )
    (tmp_path / "app" / "a.js").write_text(
        'import {\n  b,\n} from "../b.js";\nexport { c } from "./c.js";\n'
        'export const main = "./no.js";\n'
    )
    (tmp_path / "b.js").write_text('import "./app/main.js";\n')
    (tmp_path / "app" / "c.js").write_text("")
    found = [
        path.relative_to(tmp_path).as_posix()
        for path in static_imports(tmp_path / "app" / "main.js")
    ]
    assert found == ["app/a.js", "b.js", "app/c.js"]


def test_the_page_does_not_wait_for_what_is_opened_later() -> None:
    names = {
        path.relative_to(WEB_DIR).as_posix() for path in static_imports(WEB_DIR / PAGE_PROGRAM)
    }
    assert {"classifier/plain.js", "classifier/load.js", "app/ui/results.js"} <= names
    assert not [name for name in names if name.startswith(("app/batch/", "app/proof/", "app/why/"))]


def test_the_worker_names_all_of_its_modules() -> None:
    """They would come step by step otherwise, each step a way to the server and back."""
    worker = WEB_DIR / "classifier" / "worker-plain.js"
    named = {path.name for path in static_imports(worker)}
    said = {
        line.split('"./')[1].rstrip('";\n')
        for line in worker.read_text().splitlines()
        if '"./' in line
    }
    assert named == said

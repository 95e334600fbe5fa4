"""What a module of the page imports at once: said in the page, all of it is asked for together."""

import re
from pathlib import Path

# As the modules here are written: a whole statement of its own, which ends with the address.
_IMPORT = re.compile(r"""^(?:import|export)\b(?:[^;"=]*\bfrom)? *"(\.[^"]+\.js)";""", re.MULTILINE)


def static_imports(entry: Path) -> list[Path]:
    """All that a module needs before it can begin, itself left out, in the order it is met in.

    What is imported later, by ``import(…)``, is not among it.
    """
    found: dict[Path, None] = {}
    waiting = [entry.resolve()]
    while waiting:
        module = waiting.pop(0)
        for address in _IMPORT.findall(module.read_text(encoding="utf-8")):
            path = (module.parent / address).resolve()
            if path not in found and path != entry.resolve():
                found[path] = None
                waiting.append(path)
    return list(found)

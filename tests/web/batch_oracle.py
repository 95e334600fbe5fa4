"""The modules of the batch tool in Node.js, asked from Python line by line."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from export.site.build import WEB_DIR
from export.site.npm import install_packages, node_command

PROGRAM = Path(__file__).parent / "js" / "batch-oracle.mjs"


class BatchOracle:
    """A running process; ``ask`` gives what its JavaScript function gives."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, what: str, **call: Any) -> Any:
        """Raises ValueError with the message of the JavaScript error."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"ask": what, **call}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["value"]


@contextmanager
def start_oracle() -> Iterator[BatchOracle]:
    """Start Node.js, and end it afterwards."""
    install_packages(WEB_DIR)
    command = [*node_command(), str(PROGRAM)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield BatchOracle(process)
        assert process.stdin
        process.stdin.close()

"""A folder on localhost that counts what it sends."""

import functools
import http.server
import math
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from export.browser.server import QuietHandler, running

_CHUNK = 1 << 16


class Site:
    """A served folder: its address, ending in a slash, and what went over the wire when.

    ``bytes_per_second`` is what all its connections together may send; None is no limit.
    """

    def __init__(self) -> None:
        self.address = ""
        self.bytes_per_second: float | None = None
        self._sent: list[tuple[float, int]] = []
        self._line = threading.Lock()
        self._free_at = 0.0

    def note(self, count: int) -> None:
        """Count bytes to be sent, and wait as long as the line is taken by them."""
        self._sent.append((time.time(), count))
        if self.bytes_per_second is None:
            return
        with self._line:
            now = time.monotonic()
            self._free_at = max(self._free_at, now) + count / self.bytes_per_second
            pause = self._free_at - now
        time.sleep(pause)

    def sent(self, until: float = math.inf) -> int:
        """Bytes of response bodies since the last ``forget``, up to a moment of ``time.time()``."""
        return sum(count for moment, count in list(self._sent) if moment <= until)

    def forget(self) -> None:
        self._sent.clear()


class _CountingHandler(QuietHandler):
    """Compresses nothing; answers errors without a body, so that only files count."""

    protocol_version = "HTTP/1.1"  # one connection for many small files, as any server has it

    def __init__(self, *args: Any, site: Site, **options: Any) -> None:
        self._site = site
        super().__init__(*args, **options)

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:
        while chunk := source.read(_CHUNK):
            self._site.note(len(chunk))  # before anyone can have it and ask for the count
            outputfile.write(chunk)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        self.send_response(code, message)
        self.send_header("Content-Length", "0")
        self.end_headers()


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        # A browser that closes a page hangs up; that is no error.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve_counted(folder: Path, headers: dict[str, str] | None = None) -> Iterator[Site]:
    """Serve a folder on localhost, with ``headers`` on every response."""
    site = Site()
    handler = functools.partial(
        _CountingHandler, directory=str(folder), site=site, headers=headers or {}
    )
    with running(_Server(("127.0.0.1", 0), handler)) as site.address:
        yield site

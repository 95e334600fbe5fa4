"""A folder on localhost, served as a host would, that counts what it sends."""

import contextlib
import functools
import http.server
import math
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

# What a host must send for a page to be isolated, which it must be to start threads.
ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
# Python before 3.12 does not know these endings on every system, nor does every web server.
TYPES = {".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
# The same headers for every file, or which ones for the path that was asked for.
Headers = Mapping[str, str] | Callable[[str], Mapping[str, str]]
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


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Compresses nothing; answers errors without a body, so that only files count."""

    protocol_version = "HTTP/1.1"  # one connection for many small files, as any server has it
    extensions_map: ClassVar[dict[str, str]] = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        **TYPES,
    }

    def __init__(self, *args: Any, site: Site, headers: Headers, **options: Any) -> None:
        # Before the base class, whose constructor answers the request.
        self._site, self._extra = site, headers
        super().__init__(*args, **options)

    def end_headers(self) -> None:
        extra = self._extra(self.path) if callable(self._extra) else self._extra
        for name, value in extra.items():
            self.send_header(name, value)
        super().end_headers()

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:
        while chunk := source.read(_CHUNK):
            self._site.note(len(chunk))  # before anyone can have it and ask for the count
            outputfile.write(chunk)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        self.send_response(code, message)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Server(http.server.ThreadingHTTPServer):
    """Hangs up on everybody when it is closed: a line that stays open would still answer."""

    def __init__(self, *settings: Any) -> None:
        self._lines: set[socket.socket] = set()
        super().__init__(*settings)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._lines.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for line in list(self._lines):
            with contextlib.suppress(OSError):  # the other end was faster
                line.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A browser that closes a page hangs up; that is no error.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve(folder: Path, port: int = 0, headers: Headers | None = None) -> Iterator[Site]:
    """Serve a folder on localhost, with ``headers`` on every response."""
    site = Site()
    handler = functools.partial(_Handler, directory=str(folder), site=site, headers=headers or {})
    with _Server(("127.0.0.1", port), handler) as server:
        # How often it looks whether it shall end; half a second, its own choice, is long.
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        site.address = f"http://127.0.0.1:{server.server_address[1]}/"
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()

import os
import socket
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from export.browser.server import ISOLATION, serve

SIZE = 200_001  # no multiple of a chunk


def get(address: str, **headers: str) -> int:
    """Bytes of the body."""
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as response:
        return len(response.read())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "large.bin").write_bytes(os.urandom(SIZE))
    (tmp_path / "small.mjs").write_text("export {};\n")
    return tmp_path


def test_each_byte_of_each_body_is_counted_and_nothing_else(folder: Path) -> None:
    with serve(folder) as site:
        assert site.sent() == 0
        assert get(f"{site.address}large.bin") == SIZE
        assert site.sent() == SIZE
        moment = time.time()
        time.sleep(0.01)
        assert get(f"{site.address}small.mjs", **{"Accept-Encoding": "gzip"}) == 11
        assert site.sent() == SIZE + 11
        assert site.sent(until=moment) == SIZE
        site.forget()
        assert site.sent() == 0


@pytest.mark.parametrize("status", [404, 304])
def test_an_answer_without_a_file_counts_nothing(folder: Path, status: int) -> None:
    name = "large.bin" if status == 304 else "absent.bin"
    now = formatdate(time.time() + 60, usegmt=True)
    with serve(folder) as site, pytest.raises(urllib.error.HTTPError) as caught:
        get(f"{site.address}{name}", **{"If-Modified-Since": now})
    assert caught.value.code == status
    assert site.sent() == 0


def test_connections_share_a_slow_line(folder: Path) -> None:
    with serve(folder) as site:
        site.bytes_per_second = SIZE / 0.2
        address = f"{site.address}large.bin"
        started = time.monotonic()
        with ThreadPoolExecutor() as pool:
            sizes = list(pool.map(get, [address, address]))
        seconds = time.monotonic() - started
    assert sizes == [SIZE, SIZE]
    assert 0.35 < seconds < 5


def test_headers_of_the_site_are_on_every_response(folder: Path) -> None:
    with serve(folder, headers=ISOLATION) as site:
        with urllib.request.urlopen(f"{site.address}small.mjs") as response:
            assert response.headers["Content-Type"] == "text/javascript"
            assert ISOLATION.items() <= dict(response.headers).items()
        with pytest.raises(urllib.error.HTTPError) as caught:
            get(f"{site.address}absent")
        assert ISOLATION.items() <= dict(caught.value.headers).items()


def test_a_line_that_was_kept_open_is_dead_when_the_server_is_closed(folder: Path) -> None:
    with serve(folder) as site:
        where = urlsplit(site.address)
        line = socket.create_connection((where.hostname, where.port), timeout=5)
        line.sendall(b"GET /small.mjs HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = line.makefile("rb")
        assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
        assert b"export {};\n" in iter(answer.readline, b"")
    with line, answer:
        assert answer.read() == b""  # the end, which a timeout would not be

"""Another origin on loopback that remembers who called: what a page says of itself is no proof."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nAccess-Control-Allow-Origin: *\r\n"
    b"Cross-Origin-Resource-Policy: cross-origin\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class Listener:
    """Every connection in ``heard``: the path asked for, empty where none was named."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/"
        self.heard: list[str] = []

    def answer(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            request = line.recv(4096).decode("latin-1").split(" ")
            self.heard.append(request[1].lstrip("/") if len(request) > 1 else "")
            line.sendall(_ANSWER)


@contextmanager
def listen() -> Iterator[Listener]:
    """Listen until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = Listener(server.getsockname()[1])

        def accept() -> None:
            with contextlib.suppress(OSError):  # closed
                while True:
                    line, _ = server.accept()
                    threading.Thread(target=listener.answer, args=(line,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener
        server.shutdown(socket.SHUT_RDWR)

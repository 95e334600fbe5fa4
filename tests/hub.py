"""A stand-in for the Hugging Face hub on loopback: enough of its API to download a repository."""

import hashlib
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

GONE = 0


@dataclass
class Fault:
    """What goes wrong with requests whose line ("GET /api/models/x") matches the pattern ``where``.

    With a status: that is the answer; GONE: there is none. Without one: only half of what was
    asked for is sent.
    """

    where: str
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1_000_000


@dataclass
class Hub:
    """Repositories by ("models" | "datasets", id), each a mapping from file name to bytes."""

    repositories: dict[tuple[str, str], dict[str, bytes]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def commit(self, kind: str, name: str) -> str:
        files = self.repositories[kind, name]
        return hashlib.sha1(repr(sorted(files.items())).encode()).hexdigest()

    def fault(self, request: str) -> Fault | None:
        """What is to go wrong now, counted down."""
        with self.lock:
            for fault in self.faults:
                if fault.times and re.search(fault.where, request):
                    fault.times -= 1
                    return fault
        return None


def start_hub() -> Hub:
    """Serve an empty hub on a free port until the process ends."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_HEAD(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer()

        def _answer(self) -> None:
            path = unquote(urlsplit(self.path).path).strip("/")
            request = f"{self.command} /{path}"
            hub.requests.append(request)
            self.fault = hub.fault(request)
            if self.fault and self.fault.status == GONE:
                self.close_connection = True
            elif self.fault and self.fault.status:
                self._send(self.fault.status, b"", self.fault.headers)
            elif path.startswith("api/"):
                self._api(path.removeprefix("api/").split("/"))
            else:
                self._file(path.split("/"))

        def _api(self, parts: list[str]) -> None:
            kind, name, rest = parts[0], "/".join(parts[1:3]), parts[3:]
            files = hub.repositories.get((kind, name))
            if files is None:
                return self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
            entries = [
                {"type": "file", "path": f, "size": len(b), "oid": hashlib.sha1(b).hexdigest()}
                for f, b in files.items()
            ]
            if rest[:1] == ["tree"]:
                return self._json(entries)
            if rest[:1] == ["paths-info"]:
                wanted = json.loads(self.body)["paths"]
                return self._json([entry for entry in entries if entry["path"] in wanted])
            return self._json(
                {
                    "id": name,
                    "sha": hub.commit(kind, name),
                    "siblings": [{"rfilename": f} for f in files],
                    "private": False,
                    "gated": False,
                    "disabled": False,
                    "tags": [],
                    "downloads": 0,
                    "likes": 0,
                }
            )

        def _file(self, parts: list[str]) -> None:
            kind = "datasets" if parts[0] == "datasets" else "models"
            parts = parts[1:] if kind == "datasets" else parts
            name, file = "/".join(parts[:2]), "/".join(parts[4:])
            files = hub.repositories.get((kind, name))
            if files is None:
                return self._send(404, b"", {"X-Error-Code": "RepoNotFound"})
            if file not in files:
                headers = {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": hub.commit(kind, name)}
                return self._send(404, b"", headers)
            headers = {
                "ETag": f'"{hashlib.sha1(files[file]).hexdigest()}"',
                "X-Repo-Commit": hub.commit(kind, name),
            }
            asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            if not asked:
                return self._send(200, files[file], headers)
            hub.ranges.append(f"{file} {asked[0]}")
            start, size = int(asked[1]), len(files[file])
            headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
            return self._send(206, files[file][start:], headers)

        def _json(self, value: object) -> None:
            self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for key, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(key, value)
            self.end_headers()
            if self.command == "HEAD":
                return
            if self.fault and self.fault.status is None:
                body = body[: len(body) // 2]
                self.close_connection = True
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    return hub

"""A stand-in for the Hugging Face hub on loopback: enough of its API to get and put files."""

import base64
import hashlib
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

GONE = 0
_LARGE = (".safetensors", ".onnx")  # what goes to the store of large files


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
    token: str = "hf_of_the_owner"  # who writes must have it
    owner: str = "somebody"
    private: set[str] = field(default_factory=set)
    commits: list[str] = field(default_factory=list)  # their messages
    stored: dict[str, bytes] = field(default_factory=dict)  # large files by SHA-256
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def commit(self, kind: str, name: str) -> str:
        files = self.repositories[kind, name]
        return hashlib.sha1(repr(sorted(files.items())).encode()).hexdigest()

    def create(self, wanted: dict[str, Any]) -> tuple[int, dict[str, str]]:
        """Status and answer to a wish for a new repository."""
        owner = wanted.get("organization") or self.owner
        name = f"{owner}/{wanted['name']}"
        answer = {"url": f"{self.address}/{name}"}
        if owner != self.owner:
            return 403, {}
        if ("models", name) in self.repositories:
            return 409, answer
        self.repositories["models", name] = {}
        if wanted.get("private"):
            self.private.add(name)
        return 200, answer

    def commit_lines(self, kind: str, name: str, lines: list[dict[str, Any]]) -> None:
        """Put all files of a commit into a repository at once."""
        files = dict(self.repositories[kind, name])
        for value in (line["value"] for line in lines if line["key"] == "file"):
            files[value["path"]] = base64.b64decode(value["content"])
        for value in (line["value"] for line in lines if line["key"] == "lfsFile"):
            files[value["path"]] = self.stored[value["oid"]]
        self.repositories[kind, name] = files
        self.commits += [line["value"]["summary"] for line in lines if line["key"] == "header"]

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

        def do_PUT(self) -> None:
            self.do_POST()

        def _answer(self) -> None:
            path = unquote(urlsplit(self.path).path).strip("/")
            request = f"{self.command} /{path}"
            hub.requests.append(request)
            self.fault = hub.fault(request)
            if self.fault and self.fault.status == GONE:
                self.close_connection = True
            elif self.fault and self.fault.status:
                self._send(self.fault.status, b"", self.fault.headers)
            elif self._is_upload(path):
                self._upload(path.removeprefix("api/").split("/"))
            elif path.startswith("api/"):
                self._api(path.removeprefix("api/").split("/"))
            else:
                self._file(path.split("/"))

        def _is_upload(self, path: str) -> bool:
            asks = "/paths-info/" in path
            return self.command == "PUT" or (self.command == "POST" and not asks)

        def _upload(self, parts: list[str]) -> None:
            if self.command == "PUT":  # to an address that the hub gave away, as to S3
                whole = hashlib.sha256(self.body).hexdigest() == parts[-1]
                hub.stored |= {parts[-1]: self.body} if whole else {}
                return self._send(200 if whole else 400, b"", {})
            if self.headers.get("Authorization") != f"Bearer {hub.token}":
                return self._send(401, b"{}", {})
            if parts == ["repos", "create"]:
                return self._json(*reversed(hub.create(json.loads(self.body))))
            if parts == ["validate-yaml"]:
                return self._json({"errors": [], "warnings": []})
            if parts[-2:] == ["objects", "batch"]:
                return self._json({"transfer": "basic", "objects": self._places()})
            kind, name, rest = parts[0], "/".join(parts[1:3]), parts[3]
            if rest == "preupload":
                paths = [file["path"] for file in json.loads(self.body)["files"]]
                modes = {path: "lfs" if path.endswith(_LARGE) else "regular" for path in paths}
                files = [
                    {"path": path, "uploadMode": mode, "shouldIgnore": False}
                    for path, mode in modes.items()
                ]
                return self._json({"files": files})
            hub.commit_lines(kind, name, [json.loads(line) for line in self.body.splitlines()])
            commit = hub.commit(kind, name)
            url = f"{hub.address}/{name}/commit/{commit}"
            return self._json({"commitUrl": url, "commitOid": commit})

        def _places(self) -> list[dict[str, Any]]:
            return [
                wanted | {"actions": {"upload": {"href": f"{hub.address}/store/{wanted['oid']}"}}}
                for wanted in json.loads(self.body)["objects"]
            ]

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

        def _json(self, value: object, status: int = 200) -> None:
            self._send(status, json.dumps(value).encode(), {"Content-Type": "application/json"})

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

"""A server that keeps the workers' protocol to the letter, in memory, and misbehaves on demand."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from webapp.ml.training.link import Link
from webapp.schemas.worker import Commands

PATH = re.compile(
    r"/api/workers/runs/([^/]+)/attempts/(\d+)/(job|reports|checkpoint|checkpoints/(\d+)/([01]))$"
)


class FakeServer:
    """One run `r1`, attempt 1, token `secret`. Everything received is kept, in order.

    `checkpoints` and `parts` are those of whole epochs and later ones, by epoch; `start` is what it
    gives to go on from. `commands` decides what each report is answered; `outage` makes it answer
    503; `stale` makes it refuse the attempt.
    """

    def __init__(self, config: dict[str, Any], seed: int = 1, **job: Any) -> None:
        self.job = {"config": config, "seed": seed, **job}
        self.start = b""
        self.items: list[dict[str, Any]] = []
        self.numbers: list[int] = []
        self.checkpoints: dict[int, bytes] = {}
        self.parts: dict[int, bytes] = {}
        self.log: list[str] = []
        self.reports = 0
        self.outage = threading.Event()
        self.stale = threading.Event()
        self.commands: Callable[[FakeServer], dict[str, Any]] = lambda server: {}
        self.changed = threading.Condition()
        handler = type("Handler", (_Handler,), {"fake": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    def __enter__(self) -> FakeServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """The items of one type, in order."""
        return [item for item in self.items if item["type"] == kind]

    def wait_for(self, condition: Callable[[], bool], timeout: float = 300) -> None:
        """Wait until a condition on what was received holds."""
        with self.changed:
            assert self.changed.wait_for(condition, timeout), (self.items, self.log)

    def command(self, link: Link, commands: Commands) -> None:
        """Answer these from now on; returns once the worker has received them."""
        self.commands = lambda _server: commands.model_dump()
        end = time.monotonic() + 60
        while link.commands != commands:  # an answer with the old ones may still be on its way
            assert time.monotonic() < end, "the worker does not report"
            time.sleep(0.001)

    def receive(self, report: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Store items above the highest number; an epoch without its checkpoint is refused."""
        self.reports += 1
        for numbered in report["items"]:
            item = numbered["item"]
            if item["type"] == "epoch" and item["epoch"] not in self.checkpoints:
                return 409, {"error": {"code": "checkpoint_missing", "message": "", "fields": []}}
            if numbered["n"] > max(self.numbers, default=0):
                self.numbers.append(numbered["n"])
                self.items.append(item)
                self.log.append(item["type"])
        n = max(self.numbers, default=0)
        return 200, {"n": n, "commands": self.commands(self)}


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self._allowed() is not None:
            kind = self.path.rsplit("/attempts/1/")[1]
            if kind == "job":
                self._answer(200, self.fake.job)
            else:
                self._bytes(200, self.fake.start)

    def do_POST(self) -> None:
        body = self._body()
        if self._allowed() is not None:
            with self.fake.changed:
                status, answer = self.fake.receive(json.loads(body))
                self.fake.changed.notify_all()
            self._answer(status, answer)

    def do_PUT(self) -> None:
        body = self._body()
        match = self._allowed()
        if match is not None:
            with self.fake.changed:
                part = match[5] == "1"
                (self.fake.parts if part else self.fake.checkpoints)[int(match[4])] = body
                self.fake.log.append(f"{'part' if part else 'checkpoint'} {match[4]}")
                self.fake.changed.notify_all()
            self._bytes(204, b"")

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _allowed(self) -> re.Match[str] | None:
        match = PATH.fullmatch(self.path)
        if self.fake.outage.is_set():
            self._answer(503, {"error": {"code": "unavailable"}})
        elif match is None or match[1] != "r1":
            self._answer(404, {"error": {"code": "not_found"}})
        elif self.headers["Authorization"] != "Bearer secret":
            self._answer(401, {"error": {"code": "unauthorized"}})
        elif self.fake.stale.is_set() or match[2] != "1":
            self._answer(409, {"error": {"code": "stale_attempt"}})
        else:
            return match
        return None

    def _answer(self, status: int, answer: dict[str, Any]) -> None:
        self._bytes(status, json.dumps(answer).encode())

    def _bytes(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

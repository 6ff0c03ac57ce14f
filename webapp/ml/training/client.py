"""The HTTP client of a train worker: one connection kept open, and only the standard library."""

from __future__ import annotations

import http.client
import io
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from webapp.data_dir import is_full
from webapp.schemas.worker import Assignment

TIMEOUT_SECONDS = 10.0

AGAIN = frozenset({408, 425, 429})
"""Statuses below 500 that mean: retry."""

INSUFFICIENT_STORAGE = 507


class Unreachable(Exception):
    """Raised when the server does not answer, or not sensibly: worth a retry."""


class NoRoom(Unreachable):
    """Raised when a disk is full, the server's or our own: retry once there is space."""


class Refused(Exception):
    """Raised when the server rejects this attempt (stale, deleted, wrong token)."""


class Client:
    """Sends the requests of one attempt with its token, one at a time: other threads wait."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._server = assignment.server
        self._connection: http.client.HTTPConnection | None = None
        self._exchanging = threading.Lock()

    def get(self, path: str) -> bytes:
        """Return the body of the answer. Raises Unreachable or Refused, like all of these."""
        with self._answer("GET", path) as answer:
            return answer.read()

    def post(self, path: str, body: bytes) -> bytes:
        """Send JSON; return the body of the answer."""
        with self._answer("POST", path, body, "application/json") as answer:
            return answer.read()

    def upload(self, path: str, content: Path | bytes) -> None:
        """Send a file, streamed, or bytes."""
        with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as body:
            with self._answer("PUT", path, body, "application/octet-stream") as answer:
                answer.read()

    def download(self, path: str, file: Path) -> None:
        """Download into a file, streamed. Raises NoRoom also when our own disk is full."""
        with self._answer("GET", path) as answer:
            try:
                with file.open("wb") as body:
                    shutil.copyfileobj(answer, body)
            except OSError as error:
                if is_full(error):
                    raise NoRoom(f"no room for {file.name}") from error
                raise

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _answer(
        self, method: str, path: str, body: bytes | BinaryIO | None = None, kind: str = ""
    ) -> Iterator[http.client.HTTPResponse]:
        """Do one request; any error closes the connection."""
        with self._exchanging:
            try:
                answer = self._exchange(method, path, body, kind)
                self._check(answer)
                yield answer
            except (Refused, NoRoom):
                self.close()
                raise
            except (OSError, http.client.HTTPException, Unreachable) as error:
                self.close()
                self._find_server()
                raise Unreachable(f"{method} {path}: {error!r}") from error

    def _exchange(
        self, method: str, path: str, body: bytes | BinaryIO | None, kind: str
    ) -> http.client.HTTPResponse:
        headers = {"Authorization": f"Bearer {self._assignment.token}"}
        if body is not None:
            headers["Content-Type"] = kind
        if isinstance(body, bytes):
            headers["Content-Length"] = str(len(body))
        elif body is not None:
            headers["Content-Length"] = str(body.seek(0, 2))
            body.seek(0)
        connection = self._connect()
        connection.request(method, self._path(path), body=body, headers=headers)
        return connection.getresponse()

    def _check(self, answer: http.client.HTTPResponse) -> None:
        """Raise unless the status is a success."""
        if answer.status < 300:
            return
        text = answer.read(2000).decode(errors="replace")
        if answer.status == INSUFFICIENT_STORAGE:
            raise NoRoom(text)
        if answer.status >= 500 or answer.status in AGAIN:
            raise Unreachable(f"{answer.status} {text}")
        raise Refused(f"{answer.status} {text}")

    def _connect(self) -> http.client.HTTPConnection:
        if self._connection is None:
            url = urlsplit(self._server)
            https = url.scheme == "https"
            make = http.client.HTTPSConnection if https else http.client.HTTPConnection
            self._connection = make(url.netloc, timeout=TIMEOUT_SECONDS)
        return self._connection

    def _path(self, path: str) -> str:
        """Return the whole path of a request of this attempt."""
        base = urlsplit(self._server).path.rstrip("/")
        run, attempt = self._assignment.run_id, self._assignment.attempt
        return f"{base}/api/workers/runs/{run}/attempts/{attempt}/{path}"

    def _find_server(self) -> None:
        """Read the address of a local server, which may have restarted on another port."""
        try:
            written = json.loads(Path(self._assignment.data_dir, "server.json").read_text())
            url = written["url"]
        except (OSError, ValueError, KeyError, TypeError):
            return
        if isinstance(url, str) and url.startswith(("http://", "https://")):
            self._server = url

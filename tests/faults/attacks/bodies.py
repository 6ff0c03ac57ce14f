"""Bodies: to routes that need a token, slowly, of many values, of many parts, as forms."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import requests

from tests.faults.attacks.row import MIB, Row, Target

MARK = "a-mark-that-no-file-holds"
FORM = f"multipart/form-data; boundary={MARK}"
HOLD_SECONDS = 15.0


def head(path: str, kind: str, length: int) -> bytes:
    """The head of a POST that promises a body."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def file_part(name: str) -> bytes:
    """The head of a file in a form."""
    return (
        f'--{MARK}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
    ).encode()


def reports(target: Target) -> str:
    """A workers' route of the run; the attacker has no token."""
    return f"/api/workers/runs/{target.run_id}/attempts/1/reports"


def held(target: Target, count: int, first: bytes, size: int) -> None:
    """So many connections at once send ``first`` and ``size`` bytes more, then a byte a second."""

    def hold(_number: int) -> None:
        with contextlib.suppress(OSError), contextlib.closing(target.connect()) as client:
            until = time.monotonic() + HOLD_SECONDS
            _send_all(client, first + b"x" * min(size, MIB), until)
            for _ in range(size // MIB - 1):
                _send_all(client, b"x" * MIB, until)
            while time.monotonic() < until:
                client.send(b"x")
                time.sleep(1)  # the slowness is the attack

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(hold, range(count)))


def _send_all(client: socket.socket, data: bytes, until: float) -> None:
    """Send until the server takes no more of it for too long."""
    client.settimeout(max(0.1, until - time.monotonic()))
    client.sendall(data)


def posted(target: Target, path: str, kind: str, bodies: Iterable[bytes]) -> None:
    """Each of the bodies in a request of its own, one after the other."""
    for body in bodies:
        with contextlib.suppress(requests.RequestException):
            requests.post(target.url + path, data=body, headers={"Content-Type": kind}, timeout=30)


def json_without_token(target: Target) -> None:
    """Much JSON for a worker's route."""
    body = b'{"items":[' + b",".join([b'{"n":1,"item":{"type":"epoch"}}'] * 500_000) + b"]}"
    posted(target, reports(target), "application/json", [body] * 5)


def many_without_token(target: Target) -> None:
    """Requests that are refused, as fast as they go."""
    with requests.Session() as session, contextlib.suppress(requests.RequestException):
        for _ in range(3000):
            session.post(target.url + reports(target), json={"items": []}, timeout=10)


def slow_reports(target: Target) -> None:
    """Bodies of 16 MB for a worker's route, nearly whole, then a byte a second."""
    held(target, 32, head(reports(target), "application/json", 16 * MIB), 13 * MIB)


def slow_drawings(target: Target) -> None:
    """The same where a body is welcome: the largest photographs, nearly whole."""
    path = f"/api/runs/{target.run_id}/predict"
    held(target, 64, head(path, "application/json", 6 * MIB), 5 * MIB)


def values(target: Target) -> None:
    """JSON that takes fifty times its size in memory, or long to read."""
    size = 6 * MIB - 100
    bombs = (
        b"[" + b",".join([b"[]"] * (size // 3)) + b"]",
        b"[" * size,
        b'{"a":' * (size // 5),
        b"[" + b",".join([b"1" * 4300] * (size // 4301)) + b"]",
        b"0." + b"1" * size,
        b"{" + b",".join(b'"%d":1' % number for number in range(size // 12)) + b"}",
        b'"' + b"\\u0001" * (size // 6) + b'"',
        b'"' + "字".encode() * (size // 3) + b'"',
        b'{"image":"' + "\U0001f600".encode() * (size // 4) + b'"}',
    )
    posted(target, f"/api/runs/{target.run_id}/predict", "application/json", bombs)
    for path in ("/api/check", "/api/code", f"/api/runs/{target.run_id}/extend"):
        posted(target, path, "application/json", [bomb[: MIB - 1] for bomb in bombs])


def held_uploads(target: Target) -> None:
    """Eight files of 100 MB, all but their last bytes."""
    held(target, 8, head("/api/models", FORM, 101 * MIB) + file_part("file"), 100 * MIB)


def many_files(target: Target) -> None:
    """Forms of 995 files, held open."""
    parts = b"\r\n".join(file_part(f"{number}") + b"x" for number in range(995))
    held(target, 32, head("/api/models", FORM, len(parts) + 2 * MIB) + parts, MIB)


def large_parts(target: Target) -> None:
    """Forms that are no file: one long part, many parts, a long beginning, a long end."""
    field = f'--{MARK}\r\nContent-Disposition: form-data; name="x"\r\n\r\n'.encode()
    bodies = (
        field + b"x" * 200 * MIB,
        b"\r\n".join([field + b"x"] * 100_000),
        b"x" * 200 * MIB,
        f"--{MARK}--\r\n".encode() + b"x" * 200 * MIB,
    )
    posted(target, "/api/models", FORM, bodies)


def login_form(target: Target) -> None:
    """A form of 250,000 fields where a token is expected."""
    form = urlencode([("a", "")] * 250_000).encode()
    posted(target, "/login", "application/x-www-form-urlencoded", [form] * 20)


def parameters(target: Target) -> None:
    """Addresses of 12,000 parameters that are none of the route's."""
    query = "&".join(f"{number:x}" for number in range(10_000))
    for _ in range(20):
        with contextlib.suppress(requests.RequestException):
            requests.get(f"{target.url}/api/runs?{query}", timeout=30)


def _row(sent: str, attack: Callable[[Target], None], disk: int = MIB) -> Row:
    return Row(sent, attack, disk_bytes=disk, quick=attack is json_without_token)


ROWS = (
    _row("16 MB of JSON to a worker's route without a token, five times", json_without_token),
    _row("3,000 requests to a worker's route without a token", many_without_token),
    _row("32 bodies of 16 MB to a worker's route without a token, slowly", slow_reports),
    _row("64 bodies of 6 MB to a drawing's route, slowly", slow_drawings),
    _row("6 MB of JSON of many values, deep, of long numbers", values),
    _row("eight uploads of 100 MB held open", held_uploads, 256 * MIB),
    _row("32 forms of 995 files held open", many_files, 64 * MIB),
    _row("200 MB of form that is no file, four ways", large_parts),
    _row("a login form of 250,000 fields, twenty times", login_form),
    _row("addresses of 10,000 parameters", parameters),
)

"""Sessions of long polling that begin and are left: each took something for good."""

from __future__ import annotations

import base64
import contextlib
import itertools
import os
import socket
from collections.abc import Callable

from tests.faults.attacks.row import Row, Target, at_once

SEVEN_MB = 7_000_000
PATH = "/socket.io/?EIO=4&transport=polling&sid="


def promises(target: Target) -> None:
    """Begins a session, promises 7 MB to it and leaves; 2,000 times."""
    _again_and_again(target, 2000, lambda client, sid: _post(client, sid, b"", SEVEN_MB))


def left(target: Target) -> None:
    """Begins 1,000 sessions and leaves each in one of eight ways, in turn."""
    ways = itertools.cycle(WAYS)
    _again_and_again(target, 1000, lambda client, sid: next(ways)(client, sid))


def _nothing(_client: socket.socket, _sid: str) -> None:
    """Says nothing more."""


def _polls(client: socket.socket, sid: str) -> None:
    """Waits for news and leaves."""
    client.sendall(f"GET {PATH}{sid} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


def _joins_and_polls(client: socket.socket, sid: str) -> None:
    """Joins, asks for the runs, waits for news and leaves."""
    _post(client, sid, b'40\x1e42["watch_runs",{}]')
    _polls(client, sid)


def _garbage(client: socket.socket, sid: str) -> None:
    """Posts what is no packet."""
    _post(client, sid, b"\xff\x1e\x1e")


def _unknown(client: socket.socket, sid: str) -> None:
    """Posts a packet of a kind that there is not."""
    _post(client, sid, b"7")


def _half(client: socket.socket, sid: str) -> None:
    """Posts half of what it promised."""
    _post(client, sid, b"4" * 500, 1000)


def _upgrades(client: socket.socket, sid: str) -> None:
    """Begins a WebSocket in place of the session and leaves."""
    key = base64.b64encode(os.urandom(16)).decode()
    client.sendall(
        f"GET {PATH.replace('polling', 'websocket')}{sid} HTTP/1.1\r\nHost: localhost\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    client.recv(4096)


def _upgrades_and_probes(client: socket.socket, sid: str) -> None:
    """The same, after the first of two packets."""
    _upgrades(client, sid)
    client.sendall(b"\x81\x86\0\0\0\0" + b"2probe")
    client.recv(4096)


WAYS = (
    _nothing, _polls, _joins_and_polls, _garbage, _unknown, _half, _upgrades, _upgrades_and_probes,
)  # fmt: skip


def _post(client: socket.socket, sid: str, body: bytes, promised: int | None = None) -> None:
    length = len(body) if promised is None else promised
    head = f"POST {PATH}{sid} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
    client.sendall(head.encode() + body)


def _again_and_again(
    target: Target, times: int, leave: Callable[[socket.socket, str], None]
) -> None:
    """In four threads: a session, a connection that leaves it, and its end."""

    def loop() -> None:
        for _ in range(times // 4):
            sid = target.session()
            with contextlib.suppress(ConnectionError), target.connect() as client:
                leave(client, sid)

    at_once(4, loop)


ROWS = (
    Row("2,000 sessions of long polling that promise 7 MB and leave", promises),
    Row("1,000 sessions of long polling, left in eight ways", left),
)

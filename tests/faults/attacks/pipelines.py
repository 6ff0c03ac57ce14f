"""Requests sent before the last one was answered, and requests that could be two."""

from __future__ import annotations

import contextlib

from tests.faults.attacks.row import Row, Target


def pipelined(target: Target) -> None:
    """Asks 150 times at once for a page of runs, and reads all of it."""
    ask = b"GET /api/runs?limit=500 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    _send(target, ask * 150)


def pipelined_events(target: Target) -> None:
    """The same for the events of a run that has trained for a while."""
    path = f"/api/runs/{target.run_id}/events?after=0&limit=5000"
    _send(target, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 150)


def ambiguous(target: Target) -> None:
    """3,000 requests, each on a connection of its own, that could be two."""
    for number in range(3000):
        head = b"POST /api/check HTTP/1.1\r\nHost: localhost\r\n" + AMBIGUOUS[number % 8]
        _send(target, head + b"\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n")


AMBIGUOUS = (
    b"Content-Length: +2",
    b"Content-Length: 5\r\nContent-Length: 6",
    b"Content-Length: 5\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked",
    b"Content-Length : 5",
    b"X: y\r\n Content-Length: 5",
    b"X: y\rContent-Length: 5",
    b"X\r\nContent-Length: 5",
)


def _send(target: Target, data: bytes) -> None:
    """Send it all, and read until the connection ends or is silent for long."""
    with target.connect() as client, contextlib.suppress(OSError):
        client.sendall(data)
        client.settimeout(2)
        while client.recv(1 << 20):
            pass


ROWS = (
    Row("150 requests for events on one connection, at once", pipelined_events),
    Row("150 requests for runs on one connection, at once", pipelined),
    Row("3,000 requests whose length can be read in two ways", ambiguous),
)

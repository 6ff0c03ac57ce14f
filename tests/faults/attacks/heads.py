"""Requests whose heads are long: lists that nobody needs, and another one each time."""

from __future__ import annotations

import contextlib

from tests.faults.attacks.row import Row, Target, at_once

LONG = 60_000
"""Bytes; with the rest of the head less than a head may have."""


def lists(target: Target) -> None:
    """Sixteen connections ask for a page that is not there, and accept 15,000 kinds of it."""
    accepted = ("a/b," * (LONG // 4)).encode()
    head = b"GET /none HTTP/1.1\r\nHost: localhost\r\nAccept: " + accepted + b"\r\n\r\n"
    _ask(target, head, 16, 20)


def cookies(target: Target) -> None:
    """The same with 15,000 cookies."""
    sent = ("a=b;" * (LONG // 4)).encode()
    _ask(target, b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + sent + b"\r\n\r\n", 16, 20)


def encodings(target: Target) -> None:
    """Three hundred requests, each with encodings of its own, which a cache would keep."""
    for number in range(300):
        own = (f"{number}," * (LONG // len(f"{number},"))).encode()
        head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: " + own + b"\r\n\r\n"
        _ask(target, head, 1, 1)


def origins(target: Target) -> None:
    """The same with origins."""
    for number in range(300):
        own = f"http://{number:030000}".encode()
        head = b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\nOrigin: "
        _ask(target, head + own + b"\r\n\r\n", 1, 1)


def _ask(target: Target, request: bytes, connections: int, times: int) -> None:
    """Send the request so many times over each of so many connections, one after the answer to the
    other; a connection that is closed begins anew."""

    def ask() -> None:
        for _ in range(times):
            with target.connect() as client, contextlib.suppress(OSError):
                client.sendall(request)
                client.recv(1 << 16)

    at_once(connections, ask)


ROWS = (
    Row("320 requests with 60 KB of Accept", lists),
    Row("320 requests with 60 KB of cookies", cookies),
    Row("300 different Accept-Encoding of 60 KB", encodings),
    Row("300 different origins of 30 KB", origins),
)

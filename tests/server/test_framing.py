"""Where a request ends: what can be read in two ways is refused, and ends the connection."""

from __future__ import annotations

import io
import socket

import pytest
from gevent.pywsgi import Input, _InvalidClientInput

from tests.server_process import Server
from webapp.server import framing
from webapp.server.framing import BadFraming, Body, HeadTooLarge, read_head

REFUSED = [
    "Content-Length: +2",
    "Content-Length: -2",
    "Content-Length: 1_0",
    "Content-Length: 2, 2",
    "Content-Length: 0x2",
    "Content-Length: 2 2",
    "Content-Length: \xb2",
    "Content-Length:",
    "Content-Length: 1000000000000000000",
    "Content-Length: 2\r\nContent-Length: 2",
    "Content-Length: 2\r\ncontent-length: 3",
    "Content-Length: 2\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 2",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, gzip",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked;q=1",
    "Transfer-Encoding: identity",
    "Transfer-Encoding: chunked\xa0",
    "Transfer-Encoding:",
    "Host: localhost\r\nHost: localhost",
    "Content-Type: application/json\r\nContent-Type: text/plain",
    "Content-Length : 2",
    " Content-Length: 2",
    "X: y\r\n Content-Length: 2",
    "X: y\r\n\tz",
    "X: y\rContent-Length: 2",
    "X: y\nContent-Length: 2",
    "X: y\0z",
    "X: y\x0bz",
    "no field",
    ": no name",
    "\xe9: not a token",
    "From nobody",
]


def head(lines: str, version: str = "HTTP/1.1") -> bytes:
    return read_head(io.BytesIO(f"{lines}\r\n\r\nmore".encode("latin-1")), version)


@pytest.mark.parametrize("lines", REFUSED)
def test_a_head_that_can_be_read_in_two_ways_is_refused(lines: str) -> None:
    with pytest.raises(BadFraming):
        head(lines)


@pytest.mark.parametrize(
    "lines",
    [
        "Host: localhost\r\nContent-Length: 0002",
        "Transfer-Encoding: \t CHUNKED ",
        'Cookie: a=b; c="d"\r\nCookie: e=f',
        "Accept:*/*\r\nX-Empty:\r\nX-Cafe: caf\xe9",
    ],
)
def test_honest_heads_are_read_whole(lines: str) -> None:
    assert head(lines) == f"{lines}\r\n\r\n".encode("latin-1")


def test_old_clients_send_no_chunks() -> None:
    assert head("Content-Length: 2", "HTTP/1.0")
    with pytest.raises(BadFraming):
        head("Transfer-Encoding: chunked", "HTTP/1.0")


def test_a_head_ends_with_an_empty_line_and_has_so_many_fields() -> None:
    with pytest.raises(BadFraming):
        read_head(io.BytesIO(b"Host: localhost\r\n"), "HTTP/1.1")
    assert head("X: y\r\n" * 98 + "X: y")
    with pytest.raises(HeadTooLarge):
        head("X: y\r\n" * 99 + "X: y")


@pytest.mark.parametrize(
    "line",
    ["GET /", "GET / HTTP/0.9", "GET / HTTP/2.0", "GET / HTTP/1.1.1", "GET  / HTTP/1.1",
     "GET /a\rb HTTP/1.1", "G(T / HTTP/1.1", "GET /\x0b HTTP/1.1", "GET / HTTP/1.1 ", ""],
)  # fmt: skip
def test_first_lines_that_are_none(line: str) -> None:
    framing.check_request_line("GET /a%20b?c=d HTTP/1.1\r\n")
    for ending in ("\r\n", "\n") if line else ("\r\n",):
        with pytest.raises(BadFraming):
            framing.check_request_line(line + ending)
    with pytest.raises(BadFraming):
        framing.check_request_line("GET / HTTP/1.1\n")


def chunked(data: bytes) -> Body:
    return Body(Input(io.BufferedReader(io.BytesIO(data)), None, chunked_input=True))


def test_chunks_are_put_together() -> None:
    data = b"5;name=value\r\nhello\r\n6 ; a\r\n world\r\n0\r\nX-Trailer: y\r\n\r\nGET /"
    body = chunked(data)
    assert body.unread == float("inf")
    assert body.read(3) + body.read() == b"hello world"
    assert body.unread == 0 and body.rfile.read() == b"GET /"


@pytest.mark.parametrize(
    "data",
    [
        b"-1\r\n", b"+1\r\nx\r\n", b"0x1\r\nx\r\n", b"1_0\r\n", b" 1\r\nx\r\n", b"\r\n", b"",
        b"100000000\r\n", b"1\nx\n", b"1\r\nxy", b"1;a\nb\r\nx\r\n", b"1;\0\r\nx\r\n", b"1 x\r\n",
        b"0\r\nno field\r\n\r\n", b"0\r\nX : y\r\n\r\n", b"0\r\nX: y\n\r\n", b"0\r\n",
        b"1;" + b"x" * 5000 + b"\r\nx\r\n",
        b"1\r\nx\r\n" * 20_000,
        b"0\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
    ],
)  # fmt: skip
def test_chunks_that_are_none_end_the_connection(data: bytes) -> None:
    body = chunked(data)
    with pytest.raises(_InvalidClientInput):
        body.read()
    assert body.unread, "what follows is no request"
    body._discard()  # reads no more of it


def test_no_more_is_read_in_vain_than_needed() -> None:
    long = Body(Input(io.BytesIO(b"x" * 100_000), 100_000))
    long._discard()
    assert long.rfile.tell() == 0 and long.unread == 100_000
    endless = chunked(b"1000\r\n" + b"x" * 4096 + b"\r\n" + b"80000\r\n" + b"x" * 0x80000)
    endless._discard()
    assert endless.unread
    short = Body(Input(io.BytesIO(b"x" * 1000 + b"GET /"), 1000))
    short._discard()
    assert short.unread == 0 and short.rfile.read() == b"GET /"


# --- a real server


def answers(server: Server, sent: bytes) -> bytes:
    """All that a connection is answered until the server ends it."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(sent)
        got = b""
        while part := client.recv(65536):
            got += part
    return got


NEXT = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
POST = b"POST /api/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "fields",
    [b"Content-Length: +2", b"Content-Length: 2\r\nContent-Length: 40", b"X: y\nContent-Length: 2",
     b"Content-Length: 2\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: xchunked",
     b"Content-Length : 2"],
)  # fmt: skip
def test_an_ambiguous_request_is_refused_and_nothing_after_it_is_read(
    shared: Server, fields: bytes
) -> None:
    got = answers(shared, POST + fields + b"\r\n\r\n{}" + NEXT)
    assert got.startswith(b"HTTP/1.1 400 ") and got.count(b"HTTP/1.1 ") == 1


def test_too_many_fields_are_no_fault_of_ours(shared: Server) -> None:
    got = answers(shared, b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n" + NEXT)
    assert got.startswith(b"HTTP/1.1 431 ") and got.count(b"HTTP/1.1 ") == 1


def test_a_fault_in_a_chunk_ends_the_connection(shared: Server) -> None:
    got = answers(shared, POST + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n" + NEXT)
    assert got.count(b"HTTP/1.1 ") == 1 and b'"ok"' not in got


def test_a_long_body_that_nothing_reads_ends_the_connection(shared: Server) -> None:
    sent = b"POST /none HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    got = answers(shared, sent + b"Content-Length: 200000\r\n\r\n" + b"x" * 1000)
    assert got.startswith(b"HTTP/1.1 404 ")


def test_a_body_is_no_connection(shared: Server) -> None:
    """gevent gives a request that asks for an upgrade all that follows as its body."""
    sent = POST + b"Connection: upgrade\r\nContent-Length: 2\r\n\r\n{}"
    got = answers(shared, sent + NEXT)
    assert got.startswith(b"HTTP/1.1 422 ") and b'{"status":"ok"}' in got


def test_names_with_underscores_are_no_others(shared: Server) -> None:
    """``Content_Length`` and ``X_Forwarded_Host`` would have the same names in the environ."""
    lines = b"Content_Length: 40\r\nTransfer_Encoding: chunked\r\nX_Forwarded_Host: evil\r\n"
    got = answers(shared, POST + lines + b"Content-Length: 2\r\n\r\n{}" + NEXT)
    assert got.startswith(b"HTTP/1.1 422 ") and b'{"status":"ok"}' in got


def test_requests_sent_at_once_are_answered_in_turn(shared: Server) -> None:
    keep = NEXT.replace(b"Connection: close\r\n", b"")
    assert answers(shared, keep * 20 + NEXT).count(b"HTTP/1.1 200 ") == 21

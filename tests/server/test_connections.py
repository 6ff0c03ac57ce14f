"""Connections with bounds: a client's waiting, its head, its room."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from webapp.server import connections
from webapp.server.connections import HEAD_BYTES, ConnectionLimit, SocketFile, TooSlow
from webapp.server.framing import HeadTooLarge


class Pair:
    """A wire and the client at its other end."""

    def __init__(self) -> None:
        server, self.client = socket.socketpair()
        self.wire = SocketFile(server)
        self.file = io.BufferedReader(self.wire)
        self._server = server

    def close(self) -> None:
        self.file.close()
        self._server.close()
        self.client.close()


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    yield made
    made.close()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Next to no patience."""
    monkeypatch.setattr(connections, "PATIENCE_SECONDS", 0.05)


def test_what_comes_in_time_is_read(pair: Pair) -> None:
    pair.client.sendall(b"hello\nworld")
    pair.client.shutdown(socket.SHUT_WR)
    assert pair.file.readline() == b"hello\n"
    assert pair.file.read() == b"world"


def test_a_silent_client_is_given_up(hurried: None, pair: Pair) -> None:
    with pytest.raises(TooSlow):
        pair.file.read(1)


def test_what_came_while_the_server_was_busy_is_read(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.client.sendall(b"hello\n")
    with monkeypatch.context() as patch:
        patch.setattr(socket.SocketIO, "readinto", busy)
        assert pair.file.readline() == b"hello\n"
        with pytest.raises(TooSlow):
            pair.file.readline()
    pair.client.sendall(b"world\n")
    assert pair.file.readline() == b"world\n"


def busy(_file: socket.SocketIO, _buffer: object) -> int:
    """A read whose time was over when it had its turn."""
    raise TimeoutError


def test_bytes_earn_waiting_but_not_enough_for_one_at_a_time(hurried: None, pair: Pair) -> None:
    pair.wire.expect(seconds=0.01)
    pair.client.sendall(b"x" * 1000)
    assert pair.file.read(1000) == b"x" * 1000
    assert pair.wire._left > 0.04, "1,000 bytes are worth a second, of which 0.05 fit"
    pair.wire.expect(seconds=0.0)
    pair.client.sendall(b"x")
    with pytest.raises(TooSlow):
        pair.file.read(1)


def test_the_servers_own_time_is_not_the_clients(
    hurried: None, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.client.sendall(b"x" * 100)
    assert pair.file.read(50) == b"x" * 50
    left = pair.wire._left
    now = time.monotonic() + 1000  # a very slow disk
    monkeypatch.setattr("webapp.server.connections.time.monotonic", lambda: now)
    pair.client.sendall(b"y" * 100)
    assert pair.file.read(150) == b"x" * 50 + b"y" * 100
    assert pair.wire._left >= left


def test_a_head_has_its_room(pair: Pair) -> None:
    pair.wire.expect(room=HEAD_BYTES)
    pair.client.sendall(b"x" * (HEAD_BYTES + 20_000))
    with pytest.raises(HeadTooLarge):
        pair.file.read(HEAD_BYTES + 20_000)


def test_an_answer_that_nobody_takes_is_given_up(hurried: None, pair: Pair) -> None:
    with pytest.raises(TooSlow):
        pair.wire.send_all(b"x" * 10_000_000)


def test_a_fast_client_lets_others_have_a_turn(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[None] = []
    monkeypatch.setattr(connections, "give_turn", lambda: turns.append(None))
    monkeypatch.setattr(connections, "TURN_BYTES", 1000)
    pair.client.sendall(b"x" * 10_000)
    assert len(pair.file.read(10_000)) == 10_000
    assert 1 <= len(turns) <= 10


def test_there_is_room_for_so_many() -> None:
    room = ConnectionLimit(total=5, each=2)
    assert [room.enter("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert [room.enter("127.0.0.1") for _ in range(4)] == [True, True, True, False]
    room.leave("127.0.0.1")
    assert room.enter("192.0.2.2") and not room.enter("192.0.2.3")
    strict = ConnectionLimit(total=5, each=1, spare_loopback=False)
    assert strict.enter("127.0.0.1") and not strict.enter("127.0.0.1")
    behind_proxy = ConnectionLimit(total=5, each=None, spare_loopback=False)
    assert all(behind_proxy.enter("192.0.2.1") for _ in range(5))


def test_a_request_that_was_sent_before_the_last_answer_waits_as_long_as_that_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rests: list[float] = []
    monkeypatch.setattr(connections, "give_turn", rests.append)
    server, client = socket.socketpair()
    with server, client:
        handler = connections.Handler(server, ("192.0.2.1", 1), None)
        client.sendall(b"GET /1 HTTP/1.1\r\nGET /2 HTTP/1.1\r\nGET /3 HTTP/1.1\r\n")
        assert handler.read_requestline() == "GET /1 HTTP/1.1\r\n" and rests == []
        for took in (0.1, 60.0):
            handler._took = took
            handler.read_requestline()
        client.sendall(b"GET /4 HTTP/1.1\r\n")
        handler.read_requestline()
        assert rests == [0.1, connections.LONGEST_REST, 0], "the last came after its answer"
        handler.rfile.close()


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each further request, whether it waited as long as the one before it had taken."""
    found: list[bool] = []
    monkeypatch.setattr(connections, "give_turn", lambda seconds=0: found.append(seconds > 0.001))
    return found


@pytest.fixture
def talking() -> Iterator[socket.socket]:
    """The client of a connection that is answered, each request after two milliseconds."""

    def answer(_environ: Any, start: Any) -> list[bytes]:
        time.sleep(0.002)
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    with served(answer) as (handler, client):
        thread = threading.Thread(target=handler.handle)
        thread.start()
        yield client
        client.shutdown(socket.SHUT_WR)
        thread.join(10)


@contextmanager
def served(app: Any) -> Iterator[tuple[connections.Handler, socket.socket]]:
    """A connection to ``app``: the server's end and the client's."""
    server, client = socket.socketpair()
    listener = socket.create_server(("127.0.0.1", 0))
    with server, client, listener:
        own = connections.Server(listener, app, ConnectionLimit(1, 1))
        yield connections.Handler(server, ("192.0.2.1", 1), own), client


LONG = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 9000 + b"\r\n\r\n"
"""Longer than what is read at once, so that the next one stays in the socket meanwhile."""


def read_answers(client: socket.socket, count: int) -> None:
    found = b""
    while found.count(b"\r\n\r\nok") < count:
        found += client.recv(1000)


def test_long_requests_that_were_sent_before_an_answer_wait_as_well(
    rests: list[bool], talking: socket.socket
) -> None:
    talking.sendall(LONG * 4)
    read_answers(talking, 4)
    assert rests == [True] * 3


def test_requests_that_follow_an_answer_wait_for_nothing(
    rests: list[bool], talking: socket.socket
) -> None:
    for _ in range(4):
        talking.sendall(LONG)
        read_answers(talking, 1)
    assert rests == [False] * 3


def test_what_follows_a_websocket_is_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last frame may come when its end was agreed on already: that is nobody's attack."""
    noted: list[str] = []
    monkeypatch.setattr(
        "webapp.security.refusals.note", lambda reason, _environ: noted.append(reason)
    )
    with served(lambda _environ, _start: []) as (handler, client):
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n\x88\x80\0\0\0\0")
        handler.handle()
        assert noted == []

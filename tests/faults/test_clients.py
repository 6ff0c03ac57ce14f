"""Clients that misbehave: HTTP still answers in 200 ms, and what they took is given back.

In haste (``make test``) 50 clients meet a server with three seconds' patience; at length
(``make faults``) 500 meet one as it is shipped.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket

from tests.fakes.doubles import wait_until
from tests.server_process import Server, end, open_socket, serving

pytestmark = pytest.mark.alone

MIB = 1024 * 1024
ANSWER_SECONDS = 0.2
BACK_SECONDS = 30
KEPT_BYTES = 8 * MIB
"""What the allocator may keep for next time."""

Attack = Callable[[Server, int], list[socket.socket]]


def connections(server: Server, count: int, first: bytes = b"") -> list[socket.socket]:
    made = []
    for _ in range(count):
        made.append(socket.create_connection(("127.0.0.1", server.port), timeout=10))
        made[-1].sendall(first)
    return made


def silent(server: Server, count: int) -> list[socket.socket]:
    """Says nothing."""
    return connections(server, count)


def half_a_head(server: Server, count: int) -> list[socket.socket]:
    """Begins a request and goes on a byte at a time."""
    return connections(server, count, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")


def half_a_body(server: Server, count: int) -> list[socket.socket]:
    """Promises a body and sends it a byte at a time."""
    head = (
        b"POST /api/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100000\r\n\r\n"
    )
    return connections(server, count, head)


def half_a_chunk(server: Server, count: int) -> list[socket.socket]:
    """The same in chunks, which have no length in all."""
    head = (
        b"POST /api/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nffff\r\n"
    )
    return connections(server, count, head)


def endless_headers(server: Server, count: int) -> list[socket.socket]:
    """Sends headers until nobody takes them."""
    made = connections(server, count, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
    for client in made:
        with contextlib.suppress(OSError):
            for number in range(90):
                client.sendall(b"X-%d: " % number + b"x" * 60_000 + b"\r\n")
    return made


def idle(server: Server, count: int) -> list[socket.socket]:
    """Asks once, keeps the connection."""
    made = connections(server, count, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    for client in made:
        assert b"200 OK" in client.recv(4096)
    return made


def deaf(server: Server, count: int) -> list[socket.socket]:
    """Asks for much and reads none of it. Few of them: many requests are a flood, and a flood is
    for the rate limit."""
    ask = b"GET /api/catalog HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100
    made = []
    for _ in range(max(1, count // 50)):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(ask)
        made.append(client)
    return made


def deaf_websocket(server: Server, count: int) -> list[socket.socket]:
    """Asks over a WebSocket, reads nothing, answers no ping."""
    made = []
    for _ in range(count):
        client = open_socket(server, sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
        for number in range(5):
            client.send(f'42{number}["watch_runs",{{}}]')
        made.append(client.sock)
    return made


def fragments(server: Server, count: int) -> list[socket.socket]:
    """Sends a message of 64 MiB in pieces."""
    made = []
    piece = "x" * MIB
    for _ in range(max(1, count // 50)):
        client = open_socket(server)
        made.append(client.sock)
        first = websocket.ABNF.create_frame("4" + piece, websocket.ABNF.OPCODE_TEXT, 0)
        with contextlib.suppress(OSError, websocket.WebSocketException):
            client.send_frame(first)
            for _ in range(63):
                client.send_frame(websocket.ABNF.create_frame(piece, websocket.ABNF.OPCODE_CONT, 0))
    return made


ATTACKS: tuple[Attack, ...] = (
    silent, half_a_head, half_a_body, half_a_chunk, endless_headers, idle, deaf, deaf_websocket,
    fragments,
)  # fmt: skip
QUICK = (half_a_head, half_a_body, deaf)


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as it is shipped, which has had as many honest clients before."""
    with serving(tmp_path_factory.mktemp("patient") / "data", PATIENT="1") as server:
        attend(server, 500)
        yield server
        assert "Traceback" not in end(server)[1]


def attend(server: Server, count: int) -> None:
    """Come with ``count`` clients at once and go: what a server keeps for so many once, it has."""
    clients = [open_socket(server) for _ in range(count)]
    for client in clients:
        for number in range(5):
            client.send(f'42{number}["watch_runs",{{}}]')
    for client in clients:
        while not str(client.recv()).startswith("434["):
            continue
        client.close()


@pytest.mark.parametrize("attack", QUICK, ids=lambda attack: attack.__name__)
def test_fifty_of_a_kind(shared: Server, attack: Attack) -> None:
    withstands(shared, attack, 50)


@pytest.mark.long
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_five_hundred_of_a_kind(patient: Server, attack: Attack) -> None:
    withstands(patient, attack, 500)


def withstands(server: Server, attack: Attack, count: int) -> None:
    """The server answers others meanwhile, then has its connections and its memory back."""
    before = server.memory()
    clients = attack(server, count)
    try:
        with dripping(clients):
            assert slowest_answer(server) < ANSWER_SECONDS
            wait_until(lambda: connected(server, clients) == 0, BACK_SECONDS)
    finally:
        for client in clients:
            client.close()
    wait_until(lambda: server.memory() - before < KEPT_BYTES, BACK_SECONDS)
    assert server.get("/healthz") == {"status": "ok"}


def slowest_answer(server: Server) -> float:
    """Seconds: the slowest of twenty answers, in the middle one of three rounds (others may be
    busy on this machine, too)."""
    rounds = [max(answer_seconds(server) for _ in range(20)) for _ in range(3)]
    return sorted(rounds)[1]


def answer_seconds(server: Server) -> float:
    began = time.perf_counter()
    assert requests.get(f"{server.url}/healthz", timeout=10).ok
    return time.perf_counter() - began


@contextlib.contextmanager
def dripping(clients: list[socket.socket]) -> Iterator[None]:
    """Each client sends a byte every half second meanwhile, as far as it is heard."""
    done = threading.Event()

    def drip() -> None:
        while not done.wait(0.5):
            for client in clients:
                with contextlib.suppress(OSError):
                    client.send(b"x", socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def connected(server: Server, clients: list[Any]) -> int:
    """How many of the clients the server still holds, by the system's table."""
    ports = set()
    for client in clients:
        with contextlib.suppress(OSError):
            ports.add(client.getsockname()[1])
    lines = Path(f"/proc/{server.process.pid}/net/tcp").read_text().splitlines()[1:]
    held = 0
    for words in map(str.split, lines):
        own, other = (int(end.rpartition(":")[2], 16) for end in words[1:3])
        held += own == server.port and other in ports and words[3] == "01"
    return held


@pytest.mark.long
def test_a_slow_upload_is_waited_for(patient: Server) -> None:
    """Twice as fast as the slowest that is allowed, and longer than a silence may last."""
    size = 60_000
    head = f"POST /api/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n"  # noqa: E501
    (client,) = connections(patient, 1, head.encode())
    for _ in range(30):
        client.sendall(b" " * (size // 30))
        time.sleep(1)  # the slowness is what is tested
    assert client.recv(4096).startswith(b"HTTP/1.1 400")  # it was read whole; it is no JSON
    client.close()

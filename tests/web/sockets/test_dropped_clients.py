"""Clients that take nothing, answer nothing or ask without end are dropped."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import websocket

import webapp.web.sockets.websocket
from tests.fakes.doubles import wait_until
from tests.server_process import Server, open_socket
from tests.web.sockets.clients import BEGUN, PING, PONG
from webapp.web.sockets.packets.places import Places
from webapp.web.sockets.websocket import BoundedWebSocket


def test_a_client_that_takes_nothing_is_dropped(shared: Server, config: dict[str, Any]) -> None:
    """Its ping cannot be sent: another frame is half on its way."""
    run_id = shared.create(config, name="chatty")
    wait_until(lambda: shared.status(run_id) == "finished", 30)
    client = open_socket(shared, sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    port = client.sock.getsockname()[1]
    for number in range(40):  # answers of 100 KB that it does not read
        client.send(f"42{number}" + json.dumps(["watch", {"run_id": run_id}]))
    tables = Path(f"/proc/{shared.process.pid}/net/tcp")

    def connected() -> bool:
        return f":{port:04X} 01" in _server_side(tables, shared.port)

    assert connected()
    wait_until(lambda: not connected(), 30)
    client.shutdown()


def test_a_client_that_asks_and_asks_is_dropped(shared: Server, config: dict[str, Any]) -> None:
    """What waits for it is bounded, however much it asks for."""
    run_id = shared.create(config, name="chatty")
    wait_until(lambda: shared.status(run_id) == "finished", 30)
    before = shared.memory()
    client = open_socket(shared, sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    log = shared.data_dir / "logs" / "server.log"
    with contextlib.suppress(OSError, websocket.WebSocketException):
        for number in range(1000):  # answers of 100 KB
            client.send(f"42{number}" + json.dumps(["watch", {"run_id": run_id}]))
    wait_until(lambda: "reads no answers" in log.read_text(), 30)
    assert shared.memory() - before < 64 * 1024 * 1024
    client.shutdown()


def test_a_dropped_client_is_not_read_any_more(shared: Server) -> None:
    """What it had sent before is not handled either."""
    log = shared.data_dir / "logs" / "server.log"
    before = log.read_text().count("refused bad_packet")
    client = open_socket(shared)
    frames = [
        websocket.ABNF.create_frame(text, websocket.ABNF.OPCODE_TEXT).format()
        for text in ("42[7]", '421["watch_runs",{}]', *["42[7]"] * 50)
    ]
    client.sock.sendall(b"".join(frames))
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := client.sock.recv(4096):
            received += chunk
    assert b"431[" not in received
    assert log.read_text().count("refused bad_packet") == before + 1
    client.shutdown()


def test_a_client_that_takes_nothing_and_pings_is_dropped(shared: Server) -> None:
    """The pong cannot be sent; its sender must not wait for ever."""
    client = open_socket(shared, sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    port = client.sock.getsockname()[1]
    for number in range(60):
        client.send(f'42{number}["watch_runs",{{}}]')
    client.sock.sendall(PING * 3)
    tables = Path(f"/proc/{shared.process.pid}/net/tcp")
    wait_until(lambda: f":{port:04X} 01" not in _server_side(tables, shared.port), 30)
    client.shutdown()


def test_a_silent_client_is_dropped(shared: Server) -> None:
    client = open_socket(shared)
    raw = client.sock
    raw.settimeout(30)
    received = b""
    while chunk := raw.recv(4096):  # it reads, but it answers no ping
        received += chunk
    assert b"Ping/Pong timeout" in received
    client.shutdown()


def test_a_pong_that_came_in_time_is_read_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where others have their turn until the next ping is due, the client is not to blame."""
    ours, theirs = socket.socketpair()
    busy, answered = threading.Event(), threading.Event()

    def others(_seconds: float = 0) -> None:
        busy.set()
        assert answered.wait(10)

    monkeypatch.setattr(webapp.web.sockets.websocket, "TURN_FRAMES", 1)
    monkeypatch.setattr(webapp.web.sockets.websocket, "give_turn", others)
    events: list[str | None] = []

    def handler(web_socket: BoundedWebSocket) -> None:
        events.append(web_socket.wait())

    server = BoundedWebSocket(handler, None, max_message_size=100, ping=0.2, places=Places())
    environ = {"werkzeug.socket": ours, "HTTP_SEC_WEBSOCKET_KEY": "x"}
    environ["HTTP_SEC_WEBSOCKET_VERSION"] = "13"

    def serve() -> None:
        with pytest.raises(ConnectionError):  # its last word to the development server
            server(environ, lambda *_arguments: None)

    thread = threading.Thread(target=serve)
    thread.start()
    with closing(theirs), closing(ours):
        theirs.settimeout(10)
        while b"\x89\0" not in theirs.recv(4096):
            pass
        theirs.sendall(BEGUN)
        assert busy.wait(10)
        theirs.sendall(PONG)
        due = server._next_ping
        wait_until(lambda: time.monotonic() > due)
        theirs.sendall(b"\x80\x81\0\0\0\0!")
        answered.set()
        thread.join(10)
    assert events == ["4!"]


def test_a_frame_waits_for_as_long_as_two_pings(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    class Full:
        """A wire that takes nothing; each try takes a second."""

        def send(self, _data: bytes) -> int:
            nonlocal now
            now += 1.0
            raise TimeoutError

        def shutdown(self, _how: int) -> None:
            raise OSError

    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr(webapp.web.sockets.websocket, "time", clock)
    server = BoundedWebSocket(print, None, max_message_size=100, ping=25.0, places=Places())
    server._wire = Full()
    with pytest.raises(ConnectionError):
        server._write(b"frame")
    assert now == 51.0


def _server_side(tables: Path, port: int) -> str:
    """The lines of the system's table of connections that are the server's ends."""
    lines = tables.read_text().splitlines()
    return "\n".join(line for line in lines if line.split()[1].endswith(f":{port:04X}"))

"""What is cut into as many pieces as it has bytes, and small questions with large answers."""

from __future__ import annotations

import contextlib
import json
import threading

import websocket

from tests.faults.attacks.row import Row, Target, at_once

HEAD = (
    b"POST /api/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


def crumbs(target: Target) -> None:
    """Four bodies of a megabyte at once, each byte a chunk of its own."""

    def send() -> None:
        with target.connect() as client, contextlib.suppress(OSError):
            client.sendall(HEAD)
            for _ in range(100):
                client.sendall(b"1\r\n \r\n" * 10_000)
            client.sendall(b"0\r\n\r\n")
            client.recv(1 << 16)

    at_once(4, send)


def watches_again(target: Target) -> None:
    """One connection asks to watch a run 3,000 times, from its first event on, and reads it all."""
    url = f"ws://127.0.0.1:{target.port}/socket.io/?EIO=4&transport=websocket"
    with contextlib.closing(websocket.create_connection(url, timeout=30)) as client:
        client.recv()
        client.send("40")
        client.recv()
        reader = threading.Thread(target=_read, args=(client, 3000))
        reader.start()
        with contextlib.suppress(OSError, websocket.WebSocketException):
            for number in range(3000):
                client.send(f"42{number}" + json.dumps(["watch", {"run_id": target.run_id}]))
        reader.join()


def _read(client: websocket.WebSocket, answers: int) -> None:
    with contextlib.suppress(OSError, websocket.WebSocketException):
        while answers > 0:
            answers -= str(client.recv()).startswith("43")


ROWS = (
    Row("4 MB in chunks of one byte", crumbs),
    Row("3,000 times `watch` over one socket", watches_again),
)

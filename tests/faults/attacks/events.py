"""Events of Socket.IO that nothing listens to."""

from __future__ import annotations

import contextlib

import websocket

from tests.faults.attacks.row import Row, Target


def unknown(target: Target) -> None:
    """Many small events of names that nothing knows, as fast as they go."""
    url = f"ws://127.0.0.1:{target.port}/socket.io/?EIO=4&transport=websocket"
    with contextlib.closing(websocket.create_connection(url, timeout=30)) as client:
        client.recv()
        client.send("40")
        client.recv()
        with contextlib.suppress(OSError, websocket.WebSocketException):
            for number in range(60_000):
                client.send(f'42["unknown {number}"]')


ROWS = (Row("60,000 unknown events", unknown),)

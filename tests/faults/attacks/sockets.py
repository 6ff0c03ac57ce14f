"""What a hostile client has to say over a WebSocket, and ways to say it."""

from __future__ import annotations

import contextlib
import struct
import time
from typing import Any

import websocket

from tests.faults.attacks.row import Row, Target

MIB = 1024 * 1024
SECONDS = 8.0
"""How long an attack that has no end of its own goes on."""

GONE = (OSError, websocket.WebSocketException)
TEXT, CONTINUATION, BINARY, PING = 1, 0, 2, 9
FIN = 0x80


def frame(opcode: int, payload: bytes, fin: int = FIN) -> bytes:
    """A client's frame; its mask is all zero."""
    size = len(payload)
    if size < 126:
        head = bytes([fin | opcode, 0x80 | size])
    elif size < 65536:
        head = bytes([fin | opcode, 0x80 | 126]) + struct.pack("!H", size)
    else:
        head = bytes([fin | opcode, 0x80 | 127]) + struct.pack("!Q", size)
    return head + b"\0\0\0\0" + payload


def text(packet: str) -> bytes:
    """A packet as a whole message."""
    return frame(TEXT, packet.encode())


def joined(target: Target, first: str = "40") -> Any:
    """A new client that says so much; ``40`` joins the default namespace."""
    url = f"ws://127.0.0.1:{target.port}/socket.io/?EIO=4&transport=websocket"
    client: Any = websocket.create_connection(url, timeout=30)
    client.recv()
    if first:
        client.send(first)
        client.recv()
    return client


def say(target: Target, data: bytes, times: int = 1) -> None:
    """Join and send this so often, until the server ends the connection."""
    with contextlib.suppress(*GONE), contextlib.closing(joined(target)) as client:
        for _ in range(times):
            client.sock.sendall(data)


def again(target: Target, data: bytes, seconds: float = SECONDS) -> None:
    """Send this without end; after each end of the connection join again."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(*GONE), contextlib.closing(joined(target)) as client:
            while time.monotonic() < until:
                client.sock.sendall(data)


ROWS: tuple[Row, ...] = ()
"""None: these are ways."""

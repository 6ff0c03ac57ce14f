"""Cheap clients, for measuring a server on the same machine.

Bare Socket.IO over a WebSocket and bare HTTP over a kept connection, both on gevent: a script that
uses this patches nothing, the sockets here are gevent's own. Loopback only.
"""

from __future__ import annotations

import json
import struct
from typing import Any
from urllib.parse import urlsplit

from gevent import socket

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def _connected(url: str) -> Any:
    parts = urlsplit(url)
    made = socket.create_connection((parts.hostname, parts.port))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


class SocketClient:
    """A Socket.IO client of the default namespace. Used by one greenlet at a time."""

    def __init__(self, url: str) -> None:
        self._socket = _connected(url)
        self._rest = b""
        self._numbers = 0
        self._socket.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
            b"Host: " + urlsplit(url).netloc.encode() + b"\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        head = self._until(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0] + b" ":
            raise ConnectionError(head.decode(errors="replace"))
        self.send("40")
        while not self.receive().startswith("40"):
            pass

    def send(self, text: str, opcode: int = TEXT) -> None:
        """Send a message; its mask is all zero, which leaves the text unchanged."""
        data = text.encode()
        size = len(data)
        head = bytes([0x80 | opcode])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 65536:
            head += struct.pack("!BH", 0x80 | 126, size)
        else:
            head += struct.pack("!BQ", 0x80 | 127, size)
        self._socket.sendall(head + b"\0\0\0\0" + data)

    def receive(self) -> str:
        """Return the next message; pings of both layers are answered."""
        while True:
            opcode, data = self._frame()
            if opcode == PING:
                self.send(data.decode(), PONG)
            elif opcode == CLOSE:
                raise ConnectionError("the server closed the connection")
            elif data == b"2":
                self.send("3")
            elif opcode == TEXT:
                return data.decode()

    def ask(self, event: str, payload: Any) -> str:
        """Emit an event; return the text of its acknowledgement."""
        self._numbers += 1
        self.send(f"42{self._numbers}{json.dumps([event, payload])}")
        head = f"43{self._numbers}["
        while not (text := self.receive()).startswith(head):
            pass
        return text[len(head) : -1]

    def _frame(self) -> tuple[int, bytes]:
        first, size = self._exactly(2)
        if size == 126:
            (size,) = struct.unpack("!H", self._exactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._exactly(8))
        return first & 15, self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        while len(self._rest) < size:
            self._more()
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def _until(self, end: bytes) -> bytes:
        while end not in self._rest:
            self._more()
        head, _end, self._rest = self._rest.partition(end)
        return head

    def _more(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._rest += data


class HttpClient:
    """Sends JSON by POST over one kept connection."""

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url).netloc
        self._file = _connected(url).makefile("rwb")

    def post(self, path: str, body: str) -> bytes:
        """Return the body of the answer. Raises ConnectionError unless it is 200."""
        data = body.encode()
        self._file.write(
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n".encode()
            + data
        )
        self._file.flush()
        status, size = self._file.readline(), 0
        while line := self._file.readline().strip():
            name, _colon, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        answer: bytes = self._file.read(size)
        if b" 200 " not in status:
            raise ConnectionError(f"{status!r}: {answer!r}")
        return answer

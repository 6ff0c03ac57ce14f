"""Clients of a real server's sockets: frames as bytes, a call, a session, an end."""

from __future__ import annotations

import json
from typing import Any

import requests
import websocket

from tests.fakes.doubles import wait_until
from tests.server_process import Server

BEGUN = b"\x01\x81\0\0\0\x004"
FRAGMENT = b"\0\x81\0\0\0\0x"
PING = b"\x89\x80\0\0\0\0"
PONG = b"\x8a\x80\0\0\0\0"


def emit(client: Any, number: int, event: str, payload: Any) -> Any:
    """Emit and wait for the acknowledgement; pushes that come before it are dropped."""
    client.send(f"42{number}" + json.dumps([event, payload]))
    while True:
        text = client.recv()
        if text == "2":
            client.send("3")
        elif text.startswith(f"43{number}["):
            return json.loads(text[len(f"43{number}") :])[0]


def polling(server: Server) -> tuple[str, str]:
    """The address and the name of a new session of long polling."""
    path = f"{server.url}/socket.io/?EIO=4&transport=polling"
    session = json.loads(requests.get(path, timeout=10).text[1:])["sid"]
    return f"{path}&sid={session}", session


def log_lines(server: Server, words: str) -> str:
    """The log, once these words are in it."""
    log = server.data_dir / "logs" / "server.log"
    wait_until(lambda: words in log.read_text(), 30)
    return log.read_text()


def is_ended(client: Any) -> bool:
    """Whether the server ends the connection, whatever it says before."""
    client.settimeout(30)
    try:
        while client.recv():
            pass
    except (OSError, websocket.WebSocketException) as end:
        return not isinstance(end, TimeoutError | websocket.WebSocketTimeoutException)
    finally:
        client.shutdown()
    return True

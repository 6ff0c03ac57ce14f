"""Frames of a WebSocket: very many, or of messages that never end."""

from __future__ import annotations

import contextlib
import time

from tests.faults.attacks.row import Row, Target, at_once
from tests.faults.attacks.sockets import (
    BINARY,
    CONTINUATION,
    GONE,
    MIB,
    PING,
    TEXT,
    again,
    frame,
    joined,
    say,
)

FRAGMENT = frame(CONTINUATION, b"x", fin=0)
AT_ONCE = 20


def fragments(target: Target) -> None:
    """One message of a million frames."""
    say(target, frame(TEXT, b"4", fin=0) + FRAGMENT * 1_000_000)


def pings(target: Target) -> None:
    """Control frames, as fast as they go."""
    say(target, frame(PING, b"") * 100_000, times=6)


def crowd_of_fragments(target: Target) -> None:
    """Many who send one-byte fragments, and come back when they are dropped."""
    data = frame(TEXT, b"4", fin=0) + FRAGMENT * 20_000
    at_once(AT_ONCE, lambda: again(target, data))


def crowd_of_pings(target: Target) -> None:
    """Many who send control frames, and come back."""
    at_once(AT_ONCE, lambda: again(target, frame(PING, b"") * 20_000))


def half_messages(target: Target) -> None:
    """Messages of nearly the largest size, none of which ends."""
    clients = []
    for _ in range(100):
        with contextlib.suppress(*GONE):
            client = joined(target)
            clients.append(client)
            client.sock.sendall(frame(TEXT, b'42["predict",' + b" " * (5 * MIB), fin=0))
    time.sleep(5)  # it holds them: that is the attack
    for client in clients:
        client.shutdown()


def binary(target: Target) -> None:
    """Binary messages, of which the program takes none."""
    say(target, frame(BINARY, b"x" * 5 * MIB), times=60)


ROWS = (
    Row("WebSocket: a million one-byte fragments", fragments, quick=True),
    Row("WebSocket: 600,000 pings", pings),
    Row("WebSocket: one-byte fragments from 20 clients, again and again", crowd_of_fragments),
    Row("WebSocket: pings from 20 clients, again and again", crowd_of_pings),
    Row("WebSocket: 100 messages of 5 MB that do not end", half_messages),
    Row("WebSocket: 60 binary messages of 5 MB", binary),
)

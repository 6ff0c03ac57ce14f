"""Packets of Socket.IO and of Engine.IO: very many, very large, or none at all."""

from __future__ import annotations

import contextlib
import json
import time

import requests

from tests.faults.attacks.row import Row, Target, at_once
from tests.faults.attacks.sockets import (
    BINARY,
    GONE,
    MIB,
    SECONDS,
    again,
    frame,
    joined,
    say,
    text,
)

BAD = (
    "42[{}]", "42[7]", "42[null]", '42[["watch"]]', '42["watch"', "42{}", "43[1]", "44", "4x",
    '451-["predict",{"_placeholder":true,"num":0}]', "9", "x", "2", "5", "6", "bQUJD", "40/no,",
)  # fmt: skip
"""None is a packet that the program takes."""

AT_ONCE = 20


def unknown(target: Target) -> None:
    """Many small events of names that nothing knows, as fast as they go."""
    events = [text(f'42["unknown {number}"]') for number in range(60_000)]
    say(target, b"".join(events))


def crowd_of_unknown(target: Target) -> None:
    """The same from many, who come back when they are dropped."""
    at_once(AT_ONCE, lambda: again(target, text('42["unknown",{"a":1}]') * 1000))


def large_unknown(target: Target) -> None:
    """Six events of 6 MB of JSON that nothing knows."""
    say(target, text('42["unknown",[' + "[],".join([""] * 2_000_000) + "0]]"), times=6)


def large_drawings(target: Target) -> None:
    """Drawings of 6 MB of points."""
    points = "[1,2]," * (MIB - 100)
    say(target, text(f'421["predict",{{"run_id":"x","strokes":[[{points}[1,2]]]}}]'), times=6)


def crowd_of_questions(target: Target) -> None:
    """Honest questions, each answered by a thousand events, as fast as they go, from many."""
    question = text("421" + json.dumps(["watch", {"run_id": target.run_id, "after": 0}]))
    at_once(AT_ONCE, lambda: again(target, question * 100))


def crowd_of_drawings(target: Target) -> None:
    """Honest drawings, as fast as they go, from many; none reads its answers."""
    drawing = {"run_id": target.run_id, "strokes": [[[0, 0], [10, 0], [4, 20]]]}
    question = text("421" + json.dumps(["predict", drawing]))
    at_once(AT_ONCE, lambda: again(target, question * 100))


def bad(target: Target) -> None:
    """Packets that are none, of every kind: 5 MB in all."""
    for packet in BAD:
        say(target, text(packet) * (5 * MIB // len(BAD) // len(text(packet))))


def bad_again(target: Target) -> None:
    """Packets that are none; whoever is dropped comes back with the next."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        for packet in BAD:
            say(target, text(packet))


def attachments(target: Target) -> None:
    """A packet that announces a billion binary parts, and sixty of these."""
    first = text('45999999999-["predict",{"_placeholder":true,"num":0}]')
    with contextlib.suppress(*GONE), contextlib.closing(joined(target)) as client:
        client.sock.sendall(first)
        for _ in range(60):
            client.sock.sendall(frame(BINARY, b"x" * 5 * MIB))


def namespaces(target: Target) -> None:
    """Namespaces that do not exist; and the one that does, again and again."""
    say(target, text(f"40/{'n' * 2000},") * 20_000)
    say(target, text("40") * 100_000)


def silent(target: Target) -> None:
    """Clients that open a WebSocket and never join the namespace."""
    clients = [joined(target, first="") for _ in range(200)]
    time.sleep(5)  # it holds them: that is the attack
    for client in clients:
        client.shutdown()


def posted(target: Target) -> None:
    """The same over long polling: bodies of many packets, of large ones, of none."""
    bodies = (
        "\x1e".join(['42["unknown"]'] * 16),
        "\x1e" * 6_000_000,
        "d=" + "&d=" * 2_000_000,
        "4" + "[]," * 2_000_000,
        '42["unknown",' + "[]," * 2_000_000,
        "42[7]",
        "1",
    )
    until = time.monotonic() + SECONDS
    with requests.Session() as http:
        while time.monotonic() < until:
            for body in bodies:
                url = f"{target.url}/socket.io/?EIO=4&transport=polling&sid={target.session()}"
                for one in ("40", body, body):
                    http.post(url, data=one, timeout=30)


ROWS = (
    Row("60,000 unknown events", unknown, quick=True),
    Row("unknown events from 20 clients, again and again", crowd_of_unknown),
    Row("six unknown events of 6 MB", large_unknown),
    Row("six drawings of 6 MB", large_drawings),
    Row("questions about a run from 20 clients, without end", crowd_of_questions),
    Row("drawings from 20 clients, without end", crowd_of_drawings),
    Row("5 MB of packets that are none", bad),
    Row("packets that are none, on new connections", bad_again),
    Row("a billion attachments announced, 60 binary frames of 5 MB", attachments),
    Row("namespaces that do not exist; joining again and again", namespaces),
    Row("200 WebSockets that never join", silent),
    Row("long polling: many packets, large ones, none", posted),
)

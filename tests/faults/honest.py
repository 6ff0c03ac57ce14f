"""Honest people beside an attack: one asks, one watches. ``Noticed`` is what they notice."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import websocket

ASK_SECONDS = 0.01
"""Between an answer of ``/healthz`` and the next question."""

PATIENCE_SECONDS = 60
"""So long an answer or an event is waited for."""

FAULTS = (OSError, AssertionError, http.client.HTTPException, websocket.WebSocketException)


@dataclass
class Noticed:
    """The longest waits, in seconds."""

    slowest: float = 0.0
    """For an answer of ``/healthz``, on a new connection each time."""
    lag: float = 0.0
    """For an event: from its ``at``, when the server recorded it, to its arrival."""
    silence: float = 0.0
    """Between an event and the next. Where a server stands still, an event is recorded late, so
    its lag alone would tell nothing."""
    events: int = 0


@contextmanager
def asking(port: int, noticed: Noticed) -> Iterator[None]:
    """Somebody asks for ``/healthz`` all the time, each time on a new connection."""

    def ask() -> None:
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200
        finally:
            noticed.slowest = max(noticed.slowest, time.monotonic() - began)
            connection.close()
        time.sleep(ASK_SECONDS)

    with _again_and_again(ask):
        yield


@contextmanager
def watching(port: int, run_id: str, noticed: Noticed) -> Iterator[None]:
    """Somebody watches the run all the time; where an event is missing, or the connection ends,
    that is raised at the end."""
    with contextlib.closing(connected(port)) as client:
        client.send("420" + json.dumps(["watch", {"run_id": run_id, "after": 2**53}]))
        last: list[tuple[int, float]] = []

        def listen() -> None:
            event = next_event(client)
            if event is None:
                return
            now = time.time()
            at = datetime.fromisoformat(event["at"]).timestamp()
            noticed.lag = max(noticed.lag, now - at)
            noticed.events += 1
            if last:
                seq, then = last[0]
                assert event["seq"] == seq + 1, "an event is missing"
                noticed.silence = max(noticed.silence, now - then)
            last[:] = [(event["seq"], now)]

        client.settimeout(PATIENCE_SECONDS)
        with _again_and_again(listen):
            yield
        assert last, "no event came"


def connected(port: int) -> Any:
    """A Socket.IO client of bare frames: connected to the default namespace."""
    url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    client: Any = websocket.create_connection(url, timeout=10)
    assert client.recv().startswith("0{")
    client.send("40")
    assert client.recv().startswith("40")
    return client


def next_event(client: Any) -> dict[str, Any] | None:
    """The event that comes next; None for anything else. Pings are answered."""
    said = client.recv()
    if said == "2":
        client.send("3")
    if not said.startswith('42["event"'):
        return None
    event: dict[str, Any] = json.loads(said[2:])[1]
    return event


@contextmanager
def _again_and_again(step: Callable[[], None]) -> Iterator[None]:
    """``step`` in a thread until the block ends; what it raises is raised at the end."""
    faults: list[Exception] = []
    ended = threading.Event()

    def loop() -> None:
        try:
            while not ended.is_set():
                step()
        except FAULTS as fault:
            faults.append(fault)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    if faults:
        raise faults[0]

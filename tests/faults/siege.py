"""An attack from outside, and what others and the machine noticed of it."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import websocket

from tests.faults.attacks.row import Row, Target
from tests.server_process import Server, open_socket

ATTACK_SECONDS = 90.0
"""An attack that takes longer is ended."""

AFTER_SECONDS = 3.0
"""What was sent may still be worked on when the attacker is gone."""

BACK_SECONDS = 30.0
LOOK_SECONDS = 0.02


@dataclass
class Holdings:
    """What the server holds at one moment."""

    memory: int
    """Resident bytes."""
    files: int
    """Open descriptors."""
    disk: int
    """Bytes in the data directory, without the log."""
    log: int
    """Bytes of the log and of what came to the terminal."""


@dataclass
class Cost:
    """What an attack cost."""

    slowest: float = 0.0
    """Seconds: the longest answer of ``/healthz`` meanwhile."""
    lag: float = 0.0
    """Seconds: the longest that an event took to an honest watcher."""
    disk: int = 0
    """The most bytes that it laid down meanwhile."""
    before: Holdings = field(default_factory=lambda: Holdings(0, 0, 0, 0))
    after: Holdings = field(default_factory=lambda: Holdings(0, 0, 0, 0))

    def __str__(self) -> str:
        mb = 1e6
        return (
            f"/healthz {self.slowest:.3f} s, lag {self.lag:.3f} s, "
            f"memory {self.before.memory / mb:.1f} → {self.after.memory / mb:.1f} MB, "
            f"descriptors {self.before.files} → {self.after.files}, disk {self.disk / mb:.2f} MB, "
            f"log {(self.after.log - self.before.log) / mb:.3f} MB"
        )


def holdings(server: Server, terminal: Path) -> Holdings:
    """What ``server`` holds now; ``terminal`` is the file of what it prints."""
    logs = server.data_dir / "logs"
    return Holdings(
        memory=server.memory(),
        files=len(os.listdir(f"/proc/{server.process.pid}/fd")),
        disk=_bytes_in(server.data_dir) - _bytes_in(logs),
        log=_bytes_in(logs) + terminal.stat().st_size,
    )


def _bytes_in(folder: Path) -> int:
    """Bytes that the files in ``folder`` take; those that go meanwhile count as gone."""
    total = 0
    for where, _folders, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(where, name)).st_blocks * 512
            except FileNotFoundError:
                continue
    return total


def suffer(server: Server, terminal: Path, run_id: str, row: Row) -> Cost:
    """Let the attack run; its cost while it lasts and until the server is as before, which is
    waited for at most ``BACK_SECONDS``."""
    cost = Cost(before=holdings(server, terminal))
    with asking(server, cost), watching(server, run_id, cost):
        attacker = multiprocessing.get_context("spawn").Process(
            target=row.attack, args=(Target(server.port, run_id),), daemon=True
        )
        attacker.start()
        _look_on(server, terminal, cost, attacker)
    until = time.monotonic() + BACK_SECONDS
    while not is_back(cost) and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        cost.after = holdings(server, terminal)
    return cost


def _look_on(server: Server, terminal: Path, cost: Cost, attacker: Any) -> None:
    """Until the attacker is gone, and a little longer."""
    until = time.monotonic() + ATTACK_SECONDS
    while attacker.is_alive() and time.monotonic() < until:
        attacker.join(0.2)
        cost.disk = max(cost.disk, holdings(server, terminal).disk - cost.before.disk)
    attacker.kill()
    attacker.join()
    time.sleep(AFTER_SECONDS)
    cost.after = holdings(server, terminal)
    cost.disk = max(cost.disk, cost.after.disk - cost.before.disk)


def is_back(cost: Cost) -> bool:
    """Whether memory and descriptors are back within five per cent."""
    before, after = cost.before, cost.after
    return after.memory <= 1.05 * before.memory and after.files <= before.files + 2


@contextmanager
def asking(server: Server, cost: Cost) -> Iterator[None]:
    """Somebody asks for ``/healthz`` all the time, each time on a new connection."""

    def ask() -> None:
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        try:
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200
        finally:
            cost.slowest = max(cost.slowest, time.monotonic() - began)
            connection.close()

    with _again_and_again(ask):
        yield


@contextmanager
def watching(server: Server, run_id: str, cost: Cost) -> Iterator[None]:
    """Somebody watches the run all the time; events that are missing raise AssertionError."""
    client = open_socket(server)
    client.send("420" + json.dumps(["watch", {"run_id": run_id, "after": 2**53}]))
    last: list[int] = []

    def listen() -> None:
        said = client.recv()
        if said == "2":
            client.send("3")
        elif said.startswith('42["event"'):
            event = json.loads(said[2:])[1]
            at = datetime.fromisoformat(event["at"]).timestamp()
            cost.lag = max(cost.lag, time.time() - at)
            assert not last or event["seq"] == last[-1] + 1, "an event is missing"
            last[:] = [event["seq"]]

    client.settimeout(60)
    with _again_and_again(listen):
        yield
    client.close()
    assert last, "no event came"


@contextmanager
def _again_and_again(step: Callable[[], None]) -> Iterator[None]:
    """``step`` in a thread until the block ends; what it raises is raised at the end."""
    faults: list[Exception] = []
    ended = threading.Event()

    def loop() -> None:
        try:
            while not ended.wait(0.001):
                step()
        except (
            OSError,
            AssertionError,
            http.client.HTTPException,
            websocket.WebSocketException,
        ) as fault:
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

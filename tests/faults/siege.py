"""An attack from outside, and what others and the machine noticed of it."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.faults.attacks.row import Row, Target
from tests.faults.holdings import Holder, Holdings
from tests.faults.honest import Noticed, asking, watching

ATTACK_SECONDS = 90.0
"""An attack has to end by itself within so long."""

AFTER_SECONDS = 3.0
"""What was sent may still be worked on when the attacker is gone."""

BACK_SECONDS = 30.0
LOOK_SECONDS = 0.2
SHARE = 0.05
"""By so much memory and descriptors may have grown in the end."""


@dataclass
class Cost:
    """What an attack cost."""

    noticed: Noticed = field(default_factory=Noticed)
    before: Holdings = Holdings()
    after: Holdings = Holdings()
    disk: int = 0
    """The most bytes that it laid down."""
    log: int = 0
    """Bytes of log and terminal."""
    peak: int = 0
    """The most bytes of memory that it took."""
    seconds: float = 0.0
    """How long it lasted."""
    back: float = 0.0
    """Seconds after its end until memory and descriptors were as before."""

    def __str__(self) -> str:
        mb, noticed, before, after = 1e6, self.noticed, self.before, self.after
        return (
            f"{self.seconds:.1f} s, /healthz {noticed.slowest:.3f} s, "
            f"lag {noticed.lag:.3f} s (silence {noticed.silence:.3f} s), "
            f"memory {before.memory / mb:.1f} → {after.memory / mb:.1f} MB "
            f"(+{self.peak / mb:.1f} at most), descriptors {before.files} → {after.files} "
            f"after {self.back:.0f} s, disk {self.disk / mb:.2f} MB, log {self.log / mb:.3f} MB"
        )


def suffer(holder: Holder, target: Target, row: Row) -> Cost:
    """Let the attack run; its cost while it lasts and until the server is as before, which is
    waited for at most ``BACK_SECONDS``. Raises AssertionError where the attacker itself failed."""
    cost = Cost()
    with asking(target.port, cost.noticed), watching(target.port, target.run_id, cost.noticed):
        cost.before = holder.settled()
        holder.forget_peak()
        with _attacker(row, target) as process:
            _look_on(holder, cost, process)
        ended = time.monotonic()
        time.sleep(AFTER_SECONDS)
        cost.after = back(holder, cost.before, BACK_SECONDS - AFTER_SECONDS)
        cost.back = time.monotonic() - ended
        cost.peak = max(0, holder.peak() - cost.before.memory)
        cost.disk = max(cost.disk, holder.settled().disk - cost.before.disk)
        cost.log = cost.after.log - cost.before.log
    return cost


@contextmanager
def _attacker(row: Row, target: Target) -> Iterator[Any]:
    """The attacker's process, which has to end in order."""
    process: Any = multiprocessing.get_context("spawn").Process(
        target=attack, args=(row, target), daemon=True
    )
    process.start()
    try:
        yield process
        assert not process.is_alive(), f"{row.sent}: no end after {ATTACK_SECONDS} s"
        assert process.exitcode == 0, f"{row.sent}: the attacker failed; see its traceback"
    finally:
        process.kill()
        process.join()


def attack(row: Row, target: Target) -> None:
    """What the attacker's process does. It must reach the server at all: attacks bear it when their
    connections end. Raises OSError where it does not."""
    target.connect().close()
    row.attack(target)


def _look_on(holder: Holder, cost: Cost, attacker: Any) -> None:
    """Until the attacker is gone."""
    began = time.monotonic()
    while attacker.is_alive() and time.monotonic() < began + ATTACK_SECONDS:
        attacker.join(LOOK_SECONDS)
        cost.disk = max(cost.disk, holder.now().disk - cost.before.disk)
    cost.seconds = time.monotonic() - began


def back(holder: Holder, before: Holdings, seconds: float = BACK_SECONDS) -> Holdings:
    """What the server holds once memory and descriptors are as before, or after so long."""
    end, now = time.monotonic() + seconds, holder.settled()
    while not is_back(before, now) and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
        now = holder.now()
    return now


def is_back(before: Holdings, after: Holdings, share: float = SHARE) -> bool:
    """Whether memory is back within ``share`` and descriptors within ``SHARE``; two in any case."""
    return after.memory <= (1 + share) * before.memory and after.files <= before.files + max(
        2, SHARE * before.files
    )


def await_calm(holder: Holder, seconds: float = 40.0, still: float = 6.0) -> None:
    """Wait until memory has stayed within one per cent for ``still`` seconds: longer than the
    server's own look for memory to give back. Raises AssertionError where it never does."""
    began = since = time.monotonic()
    size = holder.now().memory
    while time.monotonic() < since + still:
        assert time.monotonic() < began + seconds, "the memory never came to rest"
        time.sleep(LOOK_SECONDS)
        now = holder.now().memory
        if abs(now - size) > 0.01 * size:
            size, since = now, time.monotonic()

"""A row of the table: an attack, and what it may cost."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests

MIB = 1024 * 1024


@dataclass(frozen=True)
class Target:
    """What an attacker knows of the server."""

    port: int
    run_id: str
    """A run that trains, of somebody else."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> socket.socket:
        """A new connection, which waits ten seconds at most for anything."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def session(self) -> str:
        """The name of a new session of long polling."""
        answer = requests.get(f"{self.url}/socket.io/?EIO=4&transport=polling", timeout=10)
        return str(answer.text.partition('"sid":"')[2].partition('"')[0])


@dataclass(frozen=True)
class Row:
    """``sent`` says what is sent, for people; ``attack`` sends it (a function of a module).

    An attack bears what a server may do to it (a refusal, an end of the connection); whatever else
    it raises fails the test, so that nothing holds only because nothing was sent.
    """

    sent: str
    attack: Callable[[Target], None]
    disk_bytes: int = MIB
    """May be added to the data directory meanwhile, beside the log."""
    log_bytes: int = MIB
    """May be added to the log and the terminal."""
    memory_bytes: int = 128 * MIB
    """May be taken in memory meanwhile."""
    quick: bool = False
    """Also in ``make test``."""


def at_once(count: int, work: Callable[[], None]) -> None:
    """``work`` in so many threads; back when all have done it. Raises what any of them raises."""
    with ThreadPoolExecutor(count) as pool:
        for one in [pool.submit(work) for _ in range(count)]:
            one.result()

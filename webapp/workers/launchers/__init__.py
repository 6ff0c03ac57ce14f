"""Launchers start train workers somewhere: ``local`` is a process on this machine.

``limits``, ``logs``, ``processes`` and ``scratch`` hold what every process needs that we start.
They must not know what a run is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from webapp.schemas.sentences import Sentence
from webapp.schemas.worker import Assignment
from webapp.services import Service

OnExit = Callable[[str, int, int | None, Sentence | None], None]
"""Called when a worker is gone: run id, attempt, exit code (None where nobody knows), reason.

The reason is None unless the launcher itself ended the worker for what it did: to start it again
would end the same way."""


class LaunchError(Exception):
    """Raised when no worker could be started."""


class Launcher(Protocol):
    """The interface through which the scheduler starts and watches workers."""

    on_exit: OnExit | None

    def start(self) -> None:
        """Get ready; from now on ``on_exit`` is called from a thread of the launcher."""

    def launch(self, assignment: Assignment) -> tuple[int, str | None]:
        """Start a worker; return its pid and start time. Raises LaunchError."""

    def take_over(self, run_id: str, attempt: int, pid: int | None, started: str | None) -> bool:
        """Watch a worker of an earlier server process; return False when it has ended."""

    def end(self, run_id: str, attempt: int, *, kill: bool = False) -> None:
        """Ask the attempt's worker to stop (TERM), or kill it and its children (KILL)."""

    def alive(self) -> int:
        """Return how many workers have a run."""

    def pids(self) -> list[int]:
        """Return the processes on this machine that have a run or wait for one."""

    def close(self) -> None:
        """Release everything that need not outlive the server."""


LAUNCHER: Service[Launcher] = Service("launcher")

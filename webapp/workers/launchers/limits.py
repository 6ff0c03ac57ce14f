"""Memory limits of a worker process: set when it starts, and checked from outside."""

from __future__ import annotations

import contextlib
import os
import resource
import sys

from webapp import machine
from webapp.configuration.memory import OVER, gigabytes
from webapp.schemas.sentences import Sentence

ADDRESS_ROOM = 5_000_000_000 + 600_000_000 * (os.cpu_count() or 1)
"""Bytes of addresses that a worker may have beyond its memory: libraries and stacks reserve what
they never use (docs/results.md, "Constants and their sources"), and the allocator eight arenas of
64 MiB for each core."""


def limit(pid: int, memory: int) -> None:
    """Limit the memory of a process of ours, so that one large allocation fails in the worker
    itself.

    Only Linux can do that to another process; elsewhere only ``overuse`` guards the memory.
    """
    if sys.platform != "linux":
        return
    for kind, most in ((resource.RLIMIT_AS, memory + ADDRESS_ROOM), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ProcessLookupError):  # it has just died: the reaper reports it
            _soft, hard = resource.prlimit(pid, kind)
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.prlimit(pid, kind, (least, least))


def overuse(pid: int, memory: int) -> Sentence | None:
    """Return why a worker is killed that uses more memory than allowed; None for all others."""
    used = machine.resident(pid)
    if used <= memory:
        return None
    return Sentence(OVER, {"used": gigabytes(used), "allowed": gigabytes(memory)})

"""Gives memory that the web process no longer uses back to the system.

Large messages of clients are freed soon, but glibc keeps a freed block for as long as a block in
use lies above it, so a few messages could leave most of their memory behind for good. Figures:
docs/results.md, "Constants and their sources".
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
from typing import Any

from webapp.machine import resident

LOOK_SECONDS = 5.0
CHANGED_BYTES = 4_000_000
"""A change of the process' size after which garbage is collected, which costs far more than
returning free pages (docs/results.md, "Constants and their sources")."""


LARGE_BYTES = 2 * 1024 * 1024
"""Blocks from this size on are returned when they are freed, smaller ones by ``look``. With glibc's
first limit, 128 KiB, each weight of a network is one, and predictions beside a run that trains take
a third longer (docs/results.md, "Constants and their sources")."""

KEPT_BYTES = 8_000_000
"""Free memory at the end of a heap that glibc keeps until the next ``look``. Its first limit, 128
KiB, would cost a system call for most messages."""

HEAPS = 2
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Their numbers in malloc.h."""


class Heap:
    """The memory of this process."""

    def __init__(self) -> None:
        self._size = resident(os.getpid())
        self._ended = threading.Event()

    def start(self) -> None:
        """Look every few seconds from now on, in the background."""
        threading.Thread(target=self._look_for_ever, daemon=True, name="heap").start()

    def stop(self) -> None:
        self._ended.set()

    def _look_for_ever(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        """Return free pages; where the size has changed, free what only refers to itself."""
        trim()
        if abs(resident(os.getpid()) - self._size) > CHANGED_BYTES:
            gc.collect()
            trim()
            self._size = resident(os.getpid())


def keep_small() -> None:
    """Let glibc return large blocks as soon as they are freed, and share heaps between threads.

    Otherwise it takes blocks of up to 32 MB from its heaps once one of that size was freed, and
    makes a heap for every other thread. The limits are those of ``mallopt(3)``. Call it before
    other threads are there. What it saves: docs/results.md, "Constants and their sources".
    """
    mallopt = _glibc("mallopt")
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        mallopt(M_ARENA_MAX, HEAPS)


def trim() -> None:
    """Return all free pages to the system. Other allocators than glibc's do so by themselves."""
    malloc_trim = _glibc("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def _glibc(name: str) -> Any:
    """A function of glibc; None on other systems, and where another allocator has none."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None

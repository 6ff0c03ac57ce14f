"""Memory that the process no longer uses goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

FRAGMENTED = """
import os
from webapp.server.heap import Heap
from webapp.machine import resident

heap = Heap()
before = resident(os.getpid())
large, small = [], []
for _ in range(1000):  # below the size that glibc maps by itself, each under one that stays
    large.append(bytearray(100_000))
    small.append(bytearray(1000))
large.append(large)  # freed by the collector alone
del large
kept = resident(os.getpid()) - before
heap.look()
left = resident(os.getpid()) - before
print(kept, left)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other allocators give back by themselves")
def test_free_memory_between_what_is_used_goes_back() -> None:
    completed = subprocess.run(
        [sys.executable, "-c", FRAGMENTED], capture_output=True, text=True, check=True
    )
    kept, left = map(int, completed.stdout.split())
    assert kept > 90_000_000, "else nothing was kept, and this proves nothing"
    assert left < 10_000_000


RAISED = """
import os, sys
from webapp.server.heap import keep_small
from webapp.machine import resident

if sys.argv[1] == "small":
    keep_small()
del [bytearray(4_000_000)][0]  # raises the limit from which glibc maps blocks, if it may
before = resident(os.getpid())
large, small = [], []
for _ in range(20):
    large.append(b"x" * 3_000_000)
    small.append(b"x" * 20_000)  # lies above it
del large
print(resident(os.getpid()) - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other allocators have no such limit")
@pytest.mark.parametrize(("limit", "most"), [("small", 5e6), ("as it is", 1e9)])
def test_large_blocks_go_back_as_soon_as_they_are_freed(limit: str, most: float) -> None:
    command = [sys.executable, "-c", RAISED, limit]
    completed = subprocess.run(command, capture_output=True, text=True, check=True)
    left = int(completed.stdout)
    assert left < most
    assert limit == "small" or left > 40e6, "else the limit does not matter"

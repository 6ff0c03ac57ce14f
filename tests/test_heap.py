"""Memory that the process no longer uses goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

FRAGMENTED = """
import os
from webapp.heap import Heap
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
    told = subprocess.run(
        [sys.executable, "-c", FRAGMENTED], capture_output=True, text=True, check=True
    )
    kept, left = map(int, told.stdout.split())
    assert kept > 90_000_000, "else nothing was kept, and this proves nothing"
    assert left < 10_000_000

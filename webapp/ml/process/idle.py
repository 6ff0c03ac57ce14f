"""Lowers the priority of this process so that it uses only idle CPU time."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")
NICEST = 19
"""The greatest niceness."""


def use_only_idle_time() -> None:
    """Give this process and its later threads only idle CPU time.

    Linux has a scheduling policy for that, which is stronger than any niceness; elsewhere the
    greatest niceness is used. Threads that libraries have already started (OpenBLAS does when NumPy
    is imported) are changed, too.
    """
    if sys.platform == "linux":
        for thread in Path("/proc/self/task").iterdir():
            os.sched_setscheduler(int(thread.name), os.SCHED_IDLE, os.sched_param(0))
        _lower_session_priority()
    else:
        os.nice(NICEST)


def _lower_session_priority() -> None:
    """Give the session the least weight, if this process leads one.

    Where Linux groups processes by session (sched(7), "The autogroup feature"), policies count
    within a group only: sessions share the cores evenly, whatever they run.
    """
    if not AUTOGROUP.exists() or os.getsid(0) != os.getpid():
        return
    while True:
        try:
            AUTOGROUP.write_text(str(NICEST))
            return
        except BlockingIOError:  # Linux accepts ten such changes a second, of all users together
            time.sleep(0.1)

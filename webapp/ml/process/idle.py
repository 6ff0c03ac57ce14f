"""Work that may take only what nobody else wants of the machine."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")
NICEST = 19
"""The greatest niceness there is."""


def take_only_idle_time() -> None:
    """Give this process, and the threads it will start, the cores only while they are idle.

    Linux has a policy for that, which is stronger than any niceness; elsewhere the greatest
    niceness must do. Libraries may have started threads already (OpenBLAS does when NumPy is
    imported), which are told, too.
    """
    if sys.platform == "linux":
        for thread in Path("/proc/self/task").iterdir():
            os.sched_setscheduler(int(thread.name), os.SCHED_IDLE, os.sched_param(0))
        _let_the_session_stand_back()
    else:
        os.nice(NICEST)


def _let_the_session_stand_back() -> None:
    """Give the least weight to the session, if this process leads one of its own.

    Where Linux groups processes by session (sched(7), "The autogroup feature"), policies count
    within a group only: between sessions cores are shared evenly, whatever runs in them.
    """
    if not AUTOGROUP.exists() or os.getsid(0) != os.getpid():
        return
    while True:
        try:
            AUTOGROUP.write_text(str(NICEST))
            return
        except BlockingIOError:  # Linux takes ten such wishes a second, all users' together
            time.sleep(0.1)

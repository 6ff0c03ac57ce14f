"""Work that may take only what nobody else wants of the machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def take_only_idle_time() -> None:
    """Give this process, and the threads it will start, the cores only while they are idle.

    Linux has a policy for that, which is stronger than any niceness; elsewhere the greatest
    niceness must do. Libraries may have started threads already (OpenBLAS does when NumPy is
    imported), which are told, too.
    """
    if sys.platform == "linux":
        for thread in Path("/proc/self/task").iterdir():
            os.sched_setscheduler(int(thread.name), os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(19)

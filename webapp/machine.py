"""The memory of this machine and of its processes, on Linux and macOS; sizes are bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from webapp.settings import Settings

WORKERS_SHARE = 0.8
"""The share of the machine's memory for all workers that train; the rest is for the web process,
the predict worker and the system."""

PAGE = os.sysconf("SC_PAGE_SIZE")
GROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")


def worker_memory(settings: Settings) -> int:
    """Return what one run may use: the setting, or an equal share of the memory for runs."""
    if settings.worker_memory is not None:
        return settings.worker_memory * 1_000_000
    return int(total() * WORKERS_SHARE / settings.workers)


def total(groups: Path = GROUPS, own: Path = OWN_GROUPS) -> int:
    """Return the machine's memory, or less if a control group (a container) allows less."""
    return min([PAGE * os.sysconf("SC_PHYS_PAGES"), *_group_limits(groups, own)])


def _group_limits(groups: Path, own: Path) -> Iterator[int]:
    """Return the limits of our control groups; a group's parents limit it as well."""
    for directory, name in _group_files(groups, own):
        for place in (directory, *directory.parents):
            try:
                text = (place / name).read_text().strip()
            except OSError:
                continue
            if text.isdigit():  # else "max": none
                yield int(text)


def _group_files(groups: Path, own: Path) -> Iterator[tuple[Path, str]]:
    """Return where both versions of control groups store limits, and under which file name."""
    try:
        lines = own.read_text().splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        _number, kinds, path = line.split(":", 2)
        if not kinds:
            yield groups / path.lstrip("/"), "memory.max"
        elif "memory" in kinds.split(","):
            yield groups / "memory" / path.lstrip("/"), "memory.limit_in_bytes"


def resident(pid: int) -> int:
    """Return what the process has in memory now; 0 when it has ended."""
    try:
        if sys.platform == "linux":
            return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        result = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True
        )
        return int(result.stdout or 0) * 1024
    except (OSError, ValueError, IndexError):
        return 0

"""What a server holds: memory, open files, bytes on the disk and in its log."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from webapp.machine import resident

DATABASE = "inkling.sqlite"
WRITE_AHEAD = ("-wal", "-shm")
"""Endings of files whose content is the database's a moment later: counted there, not twice."""


@dataclass(frozen=True)
class Holdings:
    """What a server holds at one moment."""

    memory: int = 0
    """Resident bytes of the web process."""
    files: int = 0
    """Its open descriptors."""
    disk: int = 0
    """Bytes in the data directory, without the log, and in files without a name."""
    log: int = 0
    """Bytes of the log and of what came to the terminal."""


@dataclass(frozen=True)
class Holder:
    """A server's process and where it writes; ``terminal`` is the file of what it prints."""

    pid: int
    data_dir: Path
    terminal: Path

    def now(self) -> Holdings:
        """What it holds now."""
        logs = self.data_dir / "logs"
        descriptors = Path(f"/proc/{self.pid}/fd")
        return Holdings(
            memory=resident(self.pid),
            files=len(os.listdir(descriptors)),
            disk=_bytes_in(self.data_dir) - _bytes_in(logs) + _bytes_without_a_name(descriptors),
            log=_bytes_in(logs) + self.terminal.stat().st_size,
        )

    def settled(self) -> Holdings:
        """The same, once the database's file holds all that was committed."""
        with contextlib.closing(sqlite3.connect(self.data_dir / DATABASE, timeout=20)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.now()

    def forget_peak(self) -> None:
        """Begin to measure the peak of its memory anew."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def peak(self) -> int:
        """Bytes: the most memory that it had since then, however short."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
        raise AssertionError("the system tells no peak")


def _bytes_in(folder: Path) -> int:
    """Bytes that the files in ``folder`` take; those that go meanwhile count as gone."""
    total = 0
    for where, _folders, names in os.walk(folder):
        for name in names:
            if not name.endswith(WRITE_AHEAD):
                with contextlib.suppress(FileNotFoundError):
                    total += os.stat(os.path.join(where, name)).st_blocks * 512
    return total


def _bytes_without_a_name(descriptors: Path) -> int:
    """Bytes of open files that were removed: they take room as long as they are open."""
    total = 0
    for one in descriptors.iterdir():
        with contextlib.suppress(FileNotFoundError):
            target = os.readlink(one)
            if target.startswith("/") and target.endswith(" (deleted)"):
                total += os.stat(one).st_blocks * 512
    return total

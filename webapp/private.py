"""Makes the server's files private to its own account, whatever the umask at its start.

``INKLING_DATA_DIR`` holds the database, models, logs and the server's secret. On a machine with
more accounts the usual umask, 022, would let everybody read them.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE, S_ISLNK

UMASK = 0o077
OWN = 0o700
"""The permissions that remain: those of the account itself."""

log = logging.getLogger(__name__)


def create_privately() -> None:
    """Create every file with mode 0600 and every folder with 0700 from now on.

    In this process and in those that it starts.
    """
    os.umask(UMASK)


def repair(folder: Path) -> None:
    """Remove the permissions of the group and of others from the folder and all its content.

    Links are not followed. What cannot be changed, such as another account's files, is counted in a
    warning.
    """
    kept = sum(not _repaired(path) for path in (str(folder), *_below(folder)))
    if kept:
        log.warning("%d files or folders in %s are still readable by other accounts", kept, folder)


def _below(folder: Path) -> Iterator[str]:
    """Yield the paths of all files and folders in a folder; links are not followed."""
    for where, folders, files in os.walk(folder):
        yield from (os.path.join(where, name) for name in (*folders, *files))


def _repaired(path: str) -> bool:
    """Return whether the file or folder is private now, or deleted."""
    try:
        mode = os.lstat(path).st_mode
        if S_IMODE(mode) & ~OWN and not S_ISLNK(mode):
            os.chmod(path, mode & OWN)
    except FileNotFoundError:
        pass
    except OSError:
        return False
    return True

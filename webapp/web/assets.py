"""Versioned addresses of static files, and what a page has to load.

A file's address contains the hash of all static files, and modules import each other by relative
addresses; so a browser may cache each of them for ever, and after any change loads all anew.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache

from webapp.settings import ROOT

FOLDER = ROOT / "static"

FOR_GOOD = 365 * 24 * 3600
"""The longest caching time for browsers, in seconds."""

IMPORT = re.compile(
    r'(?:^|;)(?:import|export)\b[^;"]*?"(\.[^"]+)"(?=;)|\bawait import\("(\.[^"]+)"\)', re.MULTILINE
)


@cache
def version() -> str:
    """Return the hash of all static files when the program started."""
    whole = hashlib.sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        whole.update(str(path.relative_to(FOLDER)).encode() + path.read_bytes())
    return whole.hexdigest()[:12]


@cache
def modules(*entries: str) -> tuple[str, ...]:
    """Return the scripts and every module they import, each once, as names in the static folder.

    Also modules that are imported dynamically so that they fail alone: ``await import("…")``. Those
    that are fetched when they are first needed, ``() => import("…")``, are not among them.

    With the list, a browser need not read one module to learn of the next.
    """
    found: dict[str, None] = {}
    waiting = [FOLDER / entry for entry in reversed(entries)]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(FOLDER).as_posix()
        if name not in found:
            found[name] = None
            for targets in IMPORT.findall(path.read_text(encoding="utf-8")):
                waiting.append((path.parent / "".join(targets)).resolve())
    return tuple(found)

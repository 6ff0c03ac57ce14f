"""Static files as browsers like them: an address that names their version, and what a page loads.

A file's address holds the hash of all static files, and modules import each other by relative
addresses; so a browser may keep each of them for good, and after a change of any asks for all anew.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache

from webapp.settings import ROOT

FOLDER = ROOT / "static"

FOR_GOOD = 365 * 24 * 3600
"""Seconds; the longest that browsers are told."""

IMPORT = re.compile(
    r'(?:^|;)(?:import|export)\b[^;"]*?"(\.[^"]+)"(?=;)|\bawait import\("(\.[^"]+)"\)', re.MULTILINE
)


@cache
def version() -> str:
    """The hash of all static files, as the program found them when it started."""
    whole = hashlib.sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        whole.update(str(path.relative_to(FOLDER)).encode() + path.read_bytes())
    return whole.hexdigest()[:12]


@cache
def modules(entry: str) -> tuple[str, ...]:
    """The script and every module it imports, each once, as names in the static folder.

    Also those of parts that are imported by themselves, so that they fail alone.

    Told of them at once, a browser need not read one module to learn of the next.
    """
    found: dict[str, None] = {}
    waiting = [FOLDER / entry]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(FOLDER).as_posix()
        if name not in found:
            found[name] = None
            for targets in IMPORT.findall(path.read_text(encoding="utf-8")):
                waiting.append((path.parent / "".join(targets)).resolve())
    return tuple(found)

"""Decodes large images: `python -m webapp.ink`, a process that may be killed at any time.

It exchanges JSON lines with `webapp.workers.keeper` until the input ends: in, `{"id", "ask":
"picture", "image"}` with a data URL; out, `{"id", "ok": {"picture"}}` with 784 bytes in base64, or
`{"id", "ok": {"refused": code}}`.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from webapp import private
from webapp.ink.errors import BadDrawing, EmptyDrawing
from webapp.ink.sent import from_json

MEMORY_LIMIT = 1 << 30
"""The bytes of address space beyond its libraries: the largest image needs a third."""


def main() -> None:
    """Answer until the input ends. Standard output is only for answers."""
    private.create_privately()
    limit()
    answers = os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1)
    os.dup2(2, 1)  # what libraries print goes to the log
    for line in sys.stdin:
        question = json.loads(line)
        answers.write(json.dumps({"id": question["id"], "ok": answer(question)}) + "\n")


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Return the digit in an image as MNIST would have it, or why there is none."""
    if question["ask"] == "ready":
        return {}
    try:
        picture = from_json("image", question["image"])
    except (BadDrawing, EmptyDrawing) as error:
        return {"refused": error.code}
    return {"picture": base64.b64encode(picture.tobytes()).decode("ascii")}


def limit() -> None:
    """Limit the memory, and disable core dumps. Only Linux supports the limit."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY_LIMIT
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    main()

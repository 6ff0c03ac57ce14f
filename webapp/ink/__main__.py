"""Decodes large images: `python -m webapp.ink`, a process that may be killed at any time.

It speaks with `webapp.workers.keeper` until the input ends: a line of JSON in, `{"id", "ask":
"picture", "image"}` with a data URL, and one out, `{"id", "ok": {"picture"}}` with 784 bytes in
base64, or `{"id", "ok": {"refused": code}}`.
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

ROOM = 1 << 30
"""Bytes of addresses that it may take beside its libraries: the largest image needs a third."""


def main() -> None:
    """Answer until the input ends. Standard output is for answers only."""
    private.create_privately()
    limit()
    answers = os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1)
    os.dup2(2, 1)  # whatever a library prints goes to the log
    for line in sys.stdin:
        question = json.loads(line)
        answers.write(json.dumps({"id": question["id"], "ok": answer(question)}) + "\n")


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """The digit of an image as MNIST would have it, or why there is none."""
    if question["ask"] == "ready":
        return {}
    try:
        picture = from_json("image", question["image"])
    except (BadDrawing, EmptyDrawing) as error:
        return {"refused": error.code}
    return {"picture": base64.b64encode(picture.tobytes()).decode("ascii")}


def limit() -> None:
    """Bound the memory, and leave no core dump. Other systems than Linux do without the bound."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + ROOM
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    main()

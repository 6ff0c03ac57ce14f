"""Run the tests of a line against its mutation, in a copy of the tree."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.coverage_map import MARKS
from tests.mutants.mutations import Mutation

MOST_SECONDS = 120.0
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What became of a mutation: caught, survived, out of time, or no test executes the line."""

    key: str
    path: str
    line: int
    result: str
    tests: int = 0
    by: str = ""
    seconds: float = 0.0


def copy(tree: Path, to: Path) -> Path:
    """Copy the files that git knows, and link the environments; the copy's directory."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=tree, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (tree / name).exists():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(tree / name, to / name)
    for name in (".venv", "node_modules"):
        (to / name).symlink_to((tree / name).resolve())
    return to


def try_out(tree: Path, mutation: Mutation, tests: list[str]) -> Outcome:
    """Change the line in the copy ``tree``, run the tests until one fails, change it back."""
    place = (mutation.key, mutation.path, mutation.line)
    if not tests:
        return Outcome(*place, "no test")
    path = tree / mutation.path
    before = path.read_text("utf-8")
    lines = before.splitlines(keepends=True)
    lines[mutation.line - 1] = mutation.mutated + "\n"
    path.write_text("".join(lines), "utf-8")
    began = time.monotonic()
    try:
        result, by = _run(tree, tests)
    finally:
        path.write_text(before, "utf-8")
    return Outcome(*place, result, len(tests), by, round(time.monotonic() - began, 1))


def _run(tree: Path, tests: list[str]) -> tuple[str, str]:
    """The result, and the first test that failed."""
    listed = tree / ".tests"
    listed.write_text("\n".join(tests))
    options = ["-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", "-m", MARKS]
    process = subprocess.Popen(
        [sys.executable, "-B", "-m", "pytest", *options, f"@{listed}"],
        cwd=tree, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = process.communicate(timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return "out of time", ""
    failed = FAILED.search(said)
    by = failed[1] if failed else ""
    results = {0: "survived", 1: "caught", 2: "caught"}
    if "ERROR: not found" not in said:
        results[4] = "caught"  # a conftest fails
    return results.get(process.returncode, f"pytest {process.returncode}"), by

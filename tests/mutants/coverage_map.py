"""Which tests execute which line: the suite, run once under coverage.py.

Each test file has a process of its own. A line that a test executes in that process belongs to the
test; what the file's servers execute belongs to the file, for they answer several tests.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from coverage import CoverageData

from tests.mutants.draw import sources
from tests.mutants.mutations import Mutation

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".mutants"
MARKS = "not long and not soak and not alone and not browsers"
FILE_SECONDS = 900.0
CONFIG = """
[run]
source = webapp
omit = webapp/ml/*
relative_files = true
concurrency = thread, gevent
parallel = true
patch = subprocess
data_file = {data}
context = {file}
disable_warnings = no-data-collected, module-not-imported
"""


class CoverageMap:
    """The map of this checkout, kept in ``.mutants``; without the tests in ``left_out``, folders
    below the checkout.
    """

    def __init__(self, left_out: Sequence[str] = ()) -> None:
        self._left_out = tuple(f"{folder.rstrip('/')}/" for folder in left_out)
        self._seconds: dict[str, float] = {}
        self._data = CoverageData(str(FOLDER / "map"))

    def load(self) -> None:
        """Read the map; make it first where the program has changed since."""
        made_of = [sources(ROOT), self._left_out]
        digest = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()
        stamp = FOLDER / "digest"
        if not stamp.exists() or stamp.read_text() != digest:
            self._make()
            stamp.write_text(digest)
        for path in FOLDER.glob("*.seconds"):
            self._seconds |= json.loads(path.read_text())
        self._data.read()

    def _make(self) -> None:
        found = sorted((ROOT / "tests").rglob("test_*.py"))
        files = [one for one in found if not _name(one).startswith(self._left_out)]
        FOLDER.mkdir(exist_ok=True)
        for old in FOLDER.iterdir():
            old.unlink()
        with ThreadPoolExecutor(2) as pool:
            for done, name in enumerate(pool.map(_measure, files), 1):
                print(f"map: {done} of {len(files)}, {name}", file=sys.stderr)
        for part in FOLDER.glob("data-*"):
            read = CoverageData(str(part))
            read.read()
            self._data.update(read)
        self._data.write()

    def tests(self, mutation: Mutation, budget: float) -> list[str]:
        """The tests that execute the line: the nearest first, then the quickest; only as many as
        usually take ``budget`` seconds."""
        by_line = self._data.contexts_by_lineno(mutation.path)
        found = {*by_line.get(mutation.line, ()), *by_line.get(mutation.statement, ())}
        names = {context.partition("|")[2] or context for context in found} - {""}
        near = mutation.path.replace("webapp/", "tests/").rpartition("/")[0] + "/"
        chosen: list[str] = []
        for name in sorted(names, key=lambda one: (not one.startswith(near), self._usual(one))):
            budget -= self._usual(name)
            if budget >= 0 or not chosen:
                chosen.append(name)
        return chosen

    def _usual(self, name: str) -> float:
        """How long a test usually takes, or all tests of a file."""
        if name in self._seconds:
            return self._seconds[name]
        return sum(one for test, one in self._seconds.items() if test.startswith(f"{name}::"))


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _measure(file: Path) -> str:
    """Run a test file under coverage; what came of it, its name first."""
    name = _name(file)
    stem = name.replace("/", "-").removesuffix(".py")
    config = FOLDER / f"{stem}.ini"
    config.write_text(CONFIG.format(data=FOLDER / f"data-{stem}", file=name))
    pytest = ["-m", "pytest", "-q", "-p", "tests.mutants.contexts", "-m", MARKS, name]
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={config}", *pytest]
    environment = {**os.environ, "MUTANTS_SECONDS": str(FOLDER / f"{stem}.seconds")}
    with (FOLDER / f"{stem}.log").open("wb") as log:
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, timeout=FILE_SECONDS,
                check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"{name}: given up after {FILE_SECONDS:.0f} s, so it is not in the map"
    return f"{name}: pytest ended with {done.returncode}"

"""Check what has changed since main, and run the tests of it, within two minutes: ``make quick``.

    python scripts/quick.py [--since main] [--list]

Tests mirror the tree, so ``webapp/runs/queue.py`` is tested by ``tests/runs/test_queue.py``; the
tests that import the module come next. Browsers, real workers and faults are left to ``make test``,
unless such a test has itself changed.
"""

from __future__ import annotations

import argparse
import ast
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[1]

SECONDS = 90.0
"""No test begins later; the one that runs then is finished."""

LEAST_SECONDS = 20.0
"""So long tests may begin even after slow checks."""

MARKS = "not long and not soak and not alone and not browsers"

SLOW = ("tests/browser/", "tests/browsers/", "tests/faults/", "tests/live/")

ALWAYS = ("tests/test_documents.py", "tests/test_language.py", "tests/test_layout.py")
"""Links, translations and docstrings of packages: any change can break them."""

OTHERS = {
    "templates/": "tests/web/test_pages.py",
    "static/vendor/": "tests/test_vendor.py",
    ".oxlintrc.json": "tests/test_javascript_layers.py",
    ".pre-commit-config.yaml": "tests/test_quick.py",
    "scripts/quick.py": "tests/test_quick.py",
    "docs/settings.md": "tests/test_settings.py",
    "docs/lessons.md": "tests/test_lessons.py",
}
"""Tests of files that are no modules, by the beginning of their path."""


def changed(since: str | None = None) -> list[str]:
    """The paths that differ from ``since``; uncommitted and new files count, deleted ones do not.

    By default ``since`` is the commit at which the current branch left main.
    """
    differing = git("diff", "--name-only", "--diff-filter=d", since or _left_main())
    return sorted({*differing, *git("ls-files", "--others", "--exclude-standard")})


def git(*arguments: str) -> list[str]:
    """The lines that git prints."""
    found = subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return found.stdout.splitlines()


def _left_main() -> str:
    for name in ("origin/main", "main"):
        if git("for-each-ref", f"refs/heads/{name}", f"refs/remotes/{name}"):
            return git("merge-base", name, "HEAD")[0]
    return "HEAD"


def tests_of(paths: Iterable[str]) -> list[str]:
    """The tests to run, nearest first: changed ones, those that mirror a module, its importers."""
    paths = list(paths)
    own = [path for path in paths if _is_test(path)]
    mirrors = [test for path in paths for test in _mirrors(path)]
    others = [test for start, test in OTHERS.items() for path in paths if path.startswith(start)]
    importers = [test for path in paths for test in _importers(path)]
    return list(dict.fromkeys([*own, *mirrors, *others, *ALWAYS, *importers]))


def _is_test(path: str) -> bool:
    name = PurePosixPath(path).name
    return path.startswith("tests/") and name.startswith("test_") and name.endswith(".py")


def _mirrors(path: str) -> list[str]:
    """``tests/a/test_x.py`` and ``tests/a/test_x_*.py`` of ``webapp/a/x.py``, and ``test_a.py``."""
    where = PurePosixPath(path)
    if where.parts[0] != "webapp":
        return []
    folder = PurePosixPath("tests", *where.parts[1:-1])
    found = [
        *ROOT.glob(f"{folder}/test_{where.stem}.py"),
        *ROOT.glob(f"{folder}/test_{where.stem}_*.py"),
        *ROOT.glob(f"{folder.parent}/test_{folder.name}.py"),
    ]
    return sorted(one.relative_to(ROOT).as_posix() for one in found)


def _importers(path: str) -> list[str]:
    """Quick tests that import the module; for a ``conftest.py``, those beside it."""
    where = PurePosixPath(path)
    if where.suffix != ".py" or _is_test(path):
        return []
    if where.name == "conftest.py":
        return [test for test in _imports() if PurePosixPath(test).parent == where.parent]
    parts = where.parent.parts if where.name == "__init__.py" else where.with_suffix("").parts
    return [test for test, names in _imports().items() if ".".join(parts) in names]


@cache
def _imports() -> dict[str, set[str]]:
    """Each quick test, with the modules that it imports."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    named = {file.relative_to(ROOT).as_posix(): file for file in files}
    return {name: imported(file) for name, file in named.items() if not name.startswith(SLOW)}


def imported(file: Path) -> set[str]:
    """The dotted names that a file imports; ``from a import b`` is both ``a`` and ``a.b``."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def targets_of(paths: Iterable[str]) -> list[str]:
    """The targets of the Makefile that check these files."""
    kinds = {PurePosixPath(path).suffix for path in paths}
    found = []
    if kinds & {".py", ".toml"}:
        found.append("check-py")
    if kinds & {".js", ".ts", ".css", ".json"}:
        found += ["check-js", "types-js", "test-js"]
    return found


class Budget:
    """A plugin of pytest: runs files in their order, and starts no test once the time is over."""

    def __init__(self, files: Sequence[str], seconds: float) -> None:
        self._places = {str(ROOT / file): place for place, file in enumerate(files)}
        self._ends = time.monotonic() + seconds
        self.over = False

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self._places.get(str(item.path), len(self._places)))

    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        if nextitem is not None and time.monotonic() > self._ends:
            self.over = True
            item.session.shouldstop = "the time of make quick is over"


def run(files: Sequence[str], seconds: float) -> int:
    """Run the tests; the exit code. Tests that found no time are no failure, but are reported."""
    budget = Budget(files, max(seconds, LEAST_SECONDS))
    code = pytest.main(["-q", "-x", "-m", MARKS, *files], plugins=[budget])
    if budget.over and code == pytest.ExitCode.INTERRUPTED:
        print("quick: no time for the rest; `make test` runs everything.")
        return 0
    return int(code)


def main(arguments: Sequence[str]) -> int:
    """Check and test what has changed; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--since", help="a commit; by default where this branch left main")
    parser.add_argument("--list", action="store_true", help="only print what would run")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    paths = changed(options.since or None)
    if not paths:
        print("quick: nothing has changed.")
        return 0
    targets, files = targets_of(paths), tests_of(paths)
    print("quick:", *targets, *files, sep="\n  ", flush=True)
    if options.list:
        return 0
    os.chdir(ROOT)
    if targets and subprocess.call(["make", "--no-print-directory", *targets]):
        return 1
    return run(files, SECONDS - (time.monotonic() - began))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What a clone holds, whatever the system and its Git make of line ends and file modes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests import ROOT

pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="these files are no clone")


def git(*arguments: str) -> str:
    command = ["git", "-c", "safe.directory=*", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_no_text_has_windows_line_ends() -> None:
    """As committed, and as it lies here."""
    rows = [line.split(maxsplit=2) for line in git("ls-files", "--eol").splitlines()]
    assert rows
    assert [row for row in rows if "crlf" in f"{row[0]} {row[1]}" or "mixed" in row[0]] == []


def test_git_for_windows_makes_the_same_files(tmp_path: Path) -> None:
    """Its settings, not its code: with them every text would get CRLF."""
    windows = exported(tmp_path / "windows", "core.autocrlf=true", "core.eol=crlf")
    linux = exported(tmp_path / "linux", "core.autocrlf=false")
    assert linux and [name for name in linux if windows[name] != linux[name]] == []


def exported(folder: Path, *settings: str) -> dict[str, bytes]:
    """Every file of a clone that is made with these settings."""
    options = [word for setting in settings for word in ("-c", setting)]
    git(*options, "checkout-index", "--all", f"--prefix={folder}/")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_system_can_hold_every_file() -> None:
    """Windows has reserved signs and endings, no symbolic links, and takes a and A for the same."""
    rows = [line.split(maxsplit=3) for line in git("ls-files", "--stage").splitlines()]
    names = [row[3] for row in rows]
    assert {row[0] for row in rows} <= {"100644", "100755"}
    assert [name for name in names if re.search(r'[\\:*?"<>|]|[ .](/|$)', name)] == []
    assert len({name.lower() for name in names}) == len(names)


def test_the_makefile_needs_no_file_modes() -> None:
    """Git for Windows writes into WSL2 without the mode that makes a file a program."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if re.match(r"\t@?(\./)?scripts/", line)] == []


def test_what_runs_alone_is_where_make_test_looks_for_it() -> None:
    mark = re.compile(r"\bmark\.alone\b")
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if mark.search(path.read_text())]
    (looked,) = re.findall(r"^ALONE := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert tests and [path for path in tests if not path.is_relative_to(ROOT / looked)] == []

"""The machine's memory: its own, a control group's, a process', and what a run may use of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from webapp import machine
from webapp.settings import Settings

GIB = 2**30


def test_the_machine_has_memory(tmp_path: Path) -> None:
    assert GIB < machine.total() <= machine.total(tmp_path, tmp_path / "none") < 2**60


def groups(tmp_path: Path, own: str, limits: dict[str, str]) -> int:
    """The machine's memory with these control groups."""
    for name, text in limits.items():
        file = tmp_path / "groups" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n")
    (tmp_path / "own").write_text(own)
    return machine.total(tmp_path / "groups", tmp_path / "own")


@pytest.mark.parametrize(
    ("own", "limits", "most"),
    [
        ("0::/\n", {"memory.max": "536870912"}, GIB // 2),
        ("0::/a/b\n", {"a/b/memory.max": "max", "a/memory.max": "536870912"}, GIB // 2),
        ("0::/a/b\n", {"a/b/memory.max": "268435456", "a/memory.max": "536870912"}, GIB // 4),
        (
            "5:cpu:/x\n4:memory:/x\n0::/\n",
            {"memory/x/memory.limit_in_bytes": "536870912"},
            GIB // 2,
        ),
    ],
)
def test_a_control_group_may_allow_less(
    tmp_path: Path, own: str, limits: dict[str, str], most: int
) -> None:
    assert groups(tmp_path, own, limits) == most


def test_a_limit_beyond_the_machine_is_none(tmp_path: Path) -> None:
    own, name = "4:memory:/\n", "memory/memory.limit_in_bytes"
    assert groups(tmp_path, own, {name: "9223372036854771712"}) == machine.total(
        tmp_path, tmp_path / "none"
    )


def test_what_a_run_may_use() -> None:
    def allowed(**environ: str) -> int:
        return machine.worker_memory(Settings.from_environ(environ))

    assert allowed(INKLING_WORKER_MEMORY="1500") == 1_500_000_000
    assert allowed() == int(machine.total() * 0.8)
    assert allowed(INKLING_WORKERS="2") == int(machine.total() * 0.4)


def test_what_a_process_has_in_memory() -> None:
    hundred = "x = bytearray(100_000_000); print('ready', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hundred], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None and child.stdout.readline()
        assert 100_000_000 < machine.resident(child.pid) < 200_000_000
        child.communicate("\n")
    assert machine.resident(child.pid) == 0
    assert machine.resident(os.getpid()) > 10_000_000

"""Views take so many bytes of the disk: what was not used for longest goes first."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from webapp.runs import kept_views
from webapp.runs.kept_views import KeptViews

BLOCK = 4096
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_views, "RUN_BYTES", 4 * BLOCK)
    monkeypatch.setattr(kept_views, "ALL_BYTES", 6 * BLOCK)
    monkeypatch.setattr(kept_views, "LOOK_BYTES", BLOCK)


@pytest.fixture
def kept() -> KeptViews:
    return KeptViews()


@pytest.fixture
def write(tmp_path: Path, kept: KeptViews) -> Write:
    """Adds a view of a block's size; each is a second younger than the one before."""
    ages = iter(range(1, 1000))

    def written(run: str, number: int, folder: str = "1-1.7") -> Path:
        path = tmp_path / "runs" / run / "insights" / folder / f"weights-{number}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"1" * BLOCK)
        age = next(ages)
        os.utime(path, (age, age))
        kept.added(path)
        return path

    return written


def test_a_run_keeps_so_many_bytes_of_all_its_checkpoints(write: Write) -> None:
    written = [write("a", number, f"1-{number}.7") for number in range(7)]
    assert [path.exists() for path in written] == [False] * 3 + [True] * 4


def test_what_is_read_stays(write: Write, kept: KeptViews) -> None:
    written = [write("a", number) for number in range(4)]
    assert kept.read(written[0]) == b"1" * BLOCK
    write("a", 4)
    assert written[0].exists() and not written[1].exists()
    assert kept.read(written[1]) is None


def test_all_runs_together_keep_so_many(write: Write) -> None:
    written = [write(run, number) for run in "abc" for number in range(3)]
    assert [path.exists() for path in written] == [False] * 3 + [True] * 6


def test_evaluations_stay_and_what_a_killed_process_left_goes(write: Write) -> None:
    first = write("a", 0)
    evaluation, left = first.with_name("evaluation.json"), first.with_name(".weights-9.json.77")
    for path in (evaluation, left):
        path.write_bytes(b"1" * 2 * BLOCK)
        os.utime(path, (0, 0))
    for number in range(1, 5):
        write("a", number)
    assert evaluation.exists() and not left.exists()


def test_a_view_that_has_gone_meanwhile_is_no_fault(write: Write, kept: KeptViews) -> None:
    path = write("a", 0)
    path.unlink()
    kept.added(path)

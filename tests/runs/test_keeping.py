"""Which checkpoints are kept: few, spread over the epochs, found by their epoch, none left over."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.fakes.doubles import Worker, epoch_item
from webapp.errors import Conflict, NotFound
from webapp.runs import attempts, checkpoints, control, files, recording, weights
from webapp.runs.keeping import kept, lasting

MUCH = 10**12


def train(epochs: int, most: int, quota: int = MUCH, size: int = 1, best: int = 0) -> set[int]:
    """What is there after so many epochs, each of which may only keep what was there."""
    there = {0}
    for newest in range(1, epochs + 1):
        there.add(newest)
        there = kept(dict.fromkeys(there, size), newest, best or newest, most, quota)
    return there


@pytest.mark.parametrize(
    ("epochs", "most", "there"),
    [
        (1, 20, {0, 1}),
        (20, 20, set(range(21))),
        (21, 20, {*range(0, 21, 2), 20, 21}),
        (100, 20, {*range(0, 101, 8), 99, 100}),
        (10_000, 20, {*range(0, 10_001, 512), 9_999, 10_000}),
        (10_000, 1, {0, 8192, 9_999, 10_000}),
        (7, 0, {6, 7}),
    ],
)
def test_they_are_spread_evenly_whenever_the_run_ends(
    epochs: int, most: int, there: set[int]
) -> None:
    assert train(epochs, most) == there


@pytest.mark.parametrize("epochs", range(1, 200, 7))
def test_there_are_never_many_nor_few(epochs: int) -> None:
    there = train(epochs, 20)
    assert min(10, epochs) <= len(there - {0, epochs, epochs - 1}) + 2 <= 20 + 2


def test_the_best_stays_wherever_it_is() -> None:
    assert train(100, 4, best=37) == {0, 32, 37, 64, 96, 99, 100}


@pytest.mark.parametrize(
    ("quota", "there"),
    [
        (1_000, set(range(21))),
        (130, {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 19, 20}),
        (49, {0, 16, 19, 20}),
        (30, {0, 19, 20}),
        (29, {19, 20}),
        (0, {19, 20}),
    ],
)
def test_all_together_keep_within_the_quota(quota: int, there: set[int]) -> None:
    assert train(20, 20, quota, size=10) == there
    assert 10 * len(there) <= max(quota, 20)


@pytest.mark.parametrize("quota", [MUCH, 130])
@pytest.mark.parametrize(("epochs", "until"), [(1, 1), (7, 15), (20, 40), (60, 61), (99, 300)])
def test_what_lasts_is_there_until_then(epochs: int, until: int, quota: int) -> None:
    """Wherever the best one is, now and later: a client that asks for a lasting epoch finds it."""
    there, promised = {0}, {0}
    for newest in range(1, until + 1):
        best = newest if newest % 3 else newest // 2  # now the newest, now one in the middle
        sizes = dict.fromkeys(there | {newest}, 10)
        there = kept(sizes, newest, best, 20, quota)
        if newest == epochs:
            promised = lasting(dict.fromkeys(there, 10), until, best, 20, quota)
            assert any(promised) and promised <= there
        assert promised <= there, newest


@pytest.mark.parametrize(("seconds", "last"), [(5.0, 12), (2.0, 8), (0.5, 0)])
def test_what_lasts_goes_by_the_pace(app: Flask, worker: Worker, seconds: float, last: int) -> None:
    """Twenty seconds on, the run has 16, 22 or all 50 epochs, though the first one took long."""
    set_to(app, keep_checkpoints=4)
    for epoch in range(1, 13):
        worker.epoch(epoch, seconds=30.0 if epoch == 1 else seconds)
    assert max(one["epoch"] for one in checkpoints.kept(worker.run_id) if one["lasting"]) == last


@pytest.mark.parametrize(
    ("seconds", "last"), [([1.5], 0), ([30.0], 1), ([1.0, 3.0], 0), ([300.0, 300.0], 2)]
)
def test_the_first_epochs_report_of_the_pace_what_is_not_compiling(
    app: Flask, worker: Worker, seconds: list[float], last: int
) -> None:
    set_to(app, keep_checkpoints=20)
    for epoch, took in enumerate(seconds, 1):
        worker.epoch(epoch, seconds=took)
    assert max(one["epoch"] for one in checkpoints.kept(worker.run_id) if one["lasting"]) == last


def test_where_no_others_are_kept_the_best_lasts() -> None:
    assert lasting(dict.fromkeys((3, 6, 7), 1), 7, 3, 0, MUCH) == {3}
    assert lasting(dict.fromkeys((0, 3, 6, 7), 10), 7, 3, 20, 29) == {3}


def test_a_run_without_any_keeps_none() -> None:
    assert kept({}, 0, 0, 20, MUCH) == set()


@pytest.fixture
def few(app: Flask) -> None:
    """Two are kept besides the first, the best and the last."""
    set_to(app, keep_checkpoints=2)


def set_to(app: Flask, **values: int) -> None:
    """Serve with other settings."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **values)


def names(worker: Worker) -> set[str]:
    """The files that are there."""
    return {path.name for path in folder(worker).iterdir()}


def folder(worker: Worker) -> Path:
    return files.checkpoint_path(worker.run_id, 1, 0).parent


def epochs(worker: Worker) -> list[int]:
    """What the server says is kept."""
    return [one["epoch"] for one in checkpoints.kept(worker.run_id)]


def test_the_last_two_and_the_best_alone(app: Flask, worker: Worker) -> None:
    set_to(app, keep_checkpoints=0)
    for epoch, accuracy in enumerate((0.5, 0.9, 0.6, 0.7, 0.8), start=1):
        worker.epoch(epoch, val_accuracy=accuracy)
    assert names(worker) == {"1-2.npz", "1-4.npz", "1-5.npz"}
    assert weights.newest(worker.run_id).epoch == 5


def test_rows_and_files_go_together(worker: Worker, few: None) -> None:
    for epoch in range(1, 9):
        worker.epoch(epoch, val_accuracy=0.9 if epoch == 3 else 0.5)
    assert epochs(worker) == [0, 3, 4, 7, 8]
    assert names(worker) == {f"1-{epoch}.npz" for epoch in epochs(worker)}


def test_the_quota_is_of_bytes_on_disk(app: Flask, worker: Worker) -> None:
    set_to(app, checkpoint_quota=1)
    for epoch in range(1, 9):
        worker.checkpoint(epoch, bytes(200_000))
        worker.send(epoch_item(epoch))
    assert epochs(worker) == [0, 1, 7, 8], "the best, the last two, and one more has no room"
    assert sum(path.stat().st_size for path in folder(worker).iterdir()) <= 1_000_000


def test_what_a_crash_left_over_goes_at_the_next_epoch(
    worker: Worker, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server dies between the commit and the removal of the files."""
    with monkeypatch.context() as patched:
        patched.setattr(recording, "offload", lambda *_work: None)
        for epoch in range(1, 7):
            worker.epoch(epoch)
    assert set(epochs(worker)) < {0, 1, 2, 3, 4, 5, 6} and len(names(worker)) == 7
    worker.checkpoint(7, part=1)  # sent ahead of its report
    worker.epoch(7)
    assert names(worker) == {"1-7-1.npz", *(f"1-{epoch}.npz" for epoch in epochs(worker))}


def test_what_an_old_attempt_never_reported_goes(worker: Worker, few: None) -> None:
    worker.epoch(1)
    worker.checkpoint(2)
    worker.send({"type": "status", "status": "queued"})
    again = Worker(worker.run_id)
    again.send({"type": "status", "status": "running", "from_epoch": 1})
    again.epoch(2)
    assert names(worker) == {"1-0.npz", "1-1.npz", "2-2.npz"}


def test_a_file_that_is_gone_is_not_offered(worker: Worker) -> None:
    worker.epoch(1)
    worker.epoch(2)
    os.remove(folder(worker) / "1-1.npz")
    assert epochs(worker) == [0, 2]
    with pytest.raises(NotFound):
        weights.of(worker.run_id, 1)
    worker.epoch(3)
    assert epochs(worker) == [0, 2, 3]


def test_weights_that_early_stopping_restored_are_kept(worker: Worker, few: None) -> None:
    worker.epoch(1)
    worker.checkpoint(1, part=1)
    worker.send({"type": "status", "status": "finished", "epoch": 1, "part": 1})
    assert weights.newest(worker.run_id).path.name == "1-1-1.npz"
    assert {"1-1.npz", "1-1-1.npz"} <= names(worker)


def test_weights_are_found_by_their_epoch(worker: Worker, few: None) -> None:
    for epoch in range(1, 9):
        worker.epoch(epoch, val_accuracy=0.9 if epoch == 3 else 0.5)
    assert [weights.of(worker.run_id, chosen).epoch for chosen in (0, 4, "best", "newest")] == [
        0, 4, 3, 8,
    ]  # fmt: skip
    assert weights.newest(worker.run_id) == weights.of(worker.run_id, "newest")
    assert weights.of(worker.run_id, 8).slot != weights.newest(worker.run_id).slot
    with pytest.raises(NotFound) as refused:
        weights.of(worker.run_id, 6)
    assert refused.value.code == "epoch_not_kept"
    assert "7, 8" in str(refused.value.message) or "4, 7" in str(refused.value.message)


def test_there_is_no_best_before_the_first_epoch(worker: Worker) -> None:
    with pytest.raises(Conflict):
        weights.of(worker.run_id, "best")
    assert weights.of(worker.run_id, 0).epoch == 0


def test_what_was_computed_of_a_checkpoint_goes_with_it(worker: Worker, few: None) -> None:
    worker.epoch(1, val_accuracy=0.1)
    views = files.views_dir(weights.of(worker.run_id, 1).path)
    views.mkdir(parents=True)
    (views / "evaluation.json").write_text("{}")
    for epoch in range(2, 9):
        worker.epoch(epoch)
    assert 1 not in epochs(worker) and not views.exists()


def test_an_extended_run_goes_on_from_its_newest_and_thins_on(worker: Worker, few: None) -> None:
    for epoch in range(1, 7):
        worker.epoch(epoch)
    worker.finish()
    control.extend(worker.run_id, 4)
    again = Worker(worker.run_id)
    job = attempts.job(again.run_id, again.attempt, again.token)
    assert job.from_epoch == 6
    again.send({"type": "status", "status": "running", "from_epoch": 6})
    for epoch in range(7, 11):
        again.epoch(epoch)
    assert epochs(again) == [0, 1, 4, 8, 9, 10], "the best is the first of equals"
    assert names(again) == {"1-0.npz", "1-1.npz", "1-4.npz", "2-8.npz", "2-9.npz", "2-10.npz"}

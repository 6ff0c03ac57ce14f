"""A run's curve in one answer: whole epochs, thinned batches, nothing of lost attempts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.doubles import Worker, batch_item, epoch_item
from webapp.runs import control, curves, lifecycle
from webapp.runs.changes import changing
from webapp.schemas.config import RunConfig

MOST = 10_000


@pytest.fixture
def epochs() -> int:
    return 10_000


def train(worker: Worker, epochs: range, batches: int = 3) -> None:
    """Train epochs with so many batch events each."""
    for epoch in epochs:
        worker.checkpoint(epoch)
        steps = [batch_item(epoch, step, batches) for step in range(1, batches + 1)]
        worker.send(*steps, epoch_item(epoch))


def test_a_run_that_has_not_begun_has_an_empty_curve(config: dict[str, Any]) -> None:
    run = lifecycle.create(RunConfig.model_validate(config), 1)
    answer = curves.curve(run["id"], MOST)
    assert answer["run"] == run
    assert set(map(len, answer["epochs"].values())) == {0}
    assert answer["batches"] == {"x": [], "loss": [], "accuracy": []}


def test_a_short_run_is_reported_whole(worker: Worker) -> None:
    train(worker, range(1, 4))
    worker.send(batch_item(4, 1, 4))
    answer = curves.curve(worker.run_id, MOST)
    assert answer["epochs"]["epoch"] == [1, 2, 3]
    assert answer["epochs"]["loss"] == [1.0, 0.5, 0.333333]
    assert answer["epochs"]["learning_rate"] == [0.001] * 3
    assert answer["batches"]["x"][-4:] == [2.33333, 2.66667, 3.0, 3.25]
    assert answer["batch_stride"] == 1 and answer["run"]["last_seq"] == 16


@pytest.mark.parametrize("rhythm", [1, 3, 4])
def test_a_long_run_is_thinned_and_keeps_its_newest(worker: Worker, rhythm: int) -> None:
    train(worker, range(1, 101), rhythm)
    answer = curves.curve(worker.run_id, 20)
    assert answer["epochs"]["epoch"] == list(range(5, 101, 5))
    x = answer["batches"]["x"]
    # Of the 18 events that were picked here; picked in the epochs' rhythm all might be epochs.
    assert 5 <= len([one for one in x if one <= 90]) <= 18
    assert x == sorted(set(x)) and x[-1] == 100


def test_a_learning_rate_that_was_asked_for_is_reported(worker: Worker) -> None:
    assert curves.curve(worker.run_id, MOST)["learning_rate"] is None
    control.change_learning_rate(worker.run_id, 0.25)
    assert curves.curve(worker.run_id, MOST)["learning_rate"] == 0.25


def test_what_diverged_is_reported(worker: Worker) -> None:
    train(worker, range(1, 2))
    worker.epoch(2, loss=None, val_loss=None, diverged=True)
    answer = curves.curve(worker.run_id, MOST)
    assert answer["diverged"] == [2] and answer["epochs"]["loss"] == [1.0, None]


def queue_again(run_id: str, *statuses: str, message: str = "") -> None:
    """Queue the run again after these statuses."""
    with changing(run_id) as change:
        for status in statuses:
            change.set_status(status)
        change.set_status("queued", message, change.row.epoch)


def lose_worker(run_id: str) -> None:
    """Queue the run again, for its worker died."""
    queue_again(run_id, message="The training process was killed.")


def begin_again(run_id: str) -> Worker:
    """Another attempt of a run whose worker died."""
    lose_worker(run_id)
    return Worker(run_id)


def test_points_of_a_lost_attempt_are_left_out(worker: Worker) -> None:
    train(worker, range(1, 3))
    worker.send(batch_item(3, 1, 4), batch_item(3, 2, 4))
    second = begin_again(worker.run_id)
    assert max(curves.curve(worker.run_id, MOST)["batches"]["x"]) == 2
    second.checkpoint(2)
    second.send({"type": "status", "status": "running", "from_epoch": 2}, batch_item(3, 1, 8))
    begin_again(second.run_id).checkpoint(2)
    train(second := begin_again(second.run_id), range(3, 4), 2)
    x = curves.curve(worker.run_id, MOST)["batches"]["x"]
    assert [one for one in x if one > 2] == [2.5, 3.0]


def test_where_training_began_again_is_reported(worker: Worker) -> None:
    train(worker, range(1, 3))
    for times in (1, 2):
        lose_worker(worker.run_id)
        reported = curves.curve(worker.run_id, MOST)
        assert reported["restarts"][-1] == {"seq": reported["run"]["last_seq"], "epoch": 2}
        Worker(worker.run_id)
        assert len(curves.curve(worker.run_id, MOST)["restarts"]) == times


@pytest.mark.parametrize("rests", ["paused", "stopped"])
def test_points_of_a_pause_in_mid_epoch_stay(worker: Worker, rests: str) -> None:
    train(worker, range(1, 2))
    worker.send(batch_item(2, 1, 4), batch_item(2, 2, 4))
    queue_again(worker.run_id, rests)
    reported = curves.curve(worker.run_id, MOST)
    assert reported["batches"]["x"][-2:] == [1.25, 1.5] and reported["restarts"] == []
    second = Worker(worker.run_id)
    second.checkpoint(1)
    second.send({"type": "status", "status": "running", "from_epoch": 1}, batch_item(2, 3, 4))
    reported = curves.curve(worker.run_id, MOST)
    assert reported["batches"]["x"][-3:] == [1.25, 1.5, 1.75] and reported["restarts"] == []

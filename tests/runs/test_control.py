"""Controls of a run: the commands for its worker, and what is done at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.doubles import Worker
from webapp.errors import Conflict, InvalidInput
from webapp.runs import attempts, control, lifecycle, queries
from webapp.schemas.config import MAX_EPOCHS, RunConfig


def status(worker: Worker) -> str:
    return str(queries.get(worker.run_id)["status"])


def pause(worker: Worker) -> None:
    """Pause within epoch 3."""
    worker.epoch(1)
    worker.epoch(2)
    control.pause(worker.run_id)
    assert worker.send().commands.pause
    worker.checkpoint(2, part=1)
    worker.send({"type": "status", "status": "paused", "epoch": 2, "part": 1})


def test_pausing_and_going_on(worker: Worker) -> None:
    pause(worker)
    run = queries.get(worker.run_id)
    assert (run["status"], run["eta_seconds"], run["ended_at"]) == ("paused", None, None)
    assert queries.count_busy() == 0
    assert control.resume(worker.run_id)["status"] == "queued"
    again = Worker(worker.run_id)
    job = attempts.job(again.run_id, again.attempt, again.token)
    assert (job.from_epoch, job.has_checkpoint, job.extended) == (2, True, False)
    assert not job.commands.pause
    again.send({"type": "status", "status": "running", "from_epoch": 2})
    again.epoch(3)
    assert queries.get(worker.run_id)["epoch"] == 3


def test_a_step_pauses_after_one_epoch(worker: Worker) -> None:
    pause(worker)
    assert control.step(worker.run_id)["status"] == "queued"
    again = Worker(worker.run_id)
    assert attempts.job(again.run_id, again.attempt, again.token).commands.pause_after_epoch == 3
    again.epoch(3)
    again.send({"type": "status", "status": "paused", "epoch": 3})
    control.resume(worker.run_id)
    last = Worker(worker.run_id)
    assert attempts.job(last.run_id, last.attempt, last.token).commands.pause_after_epoch is None


def test_a_run_that_waits_to_go_on_pauses_at_once(worker: Worker) -> None:
    pause(worker)
    control.resume(worker.run_id)
    assert control.pause(worker.run_id)["status"] == "paused"


def test_a_paused_run_stops_at_once(worker: Worker) -> None:
    pause(worker)
    assert control.stop(worker.run_id)["status"] == "stopped"


def test_stop_comes_before_pause(worker: Worker) -> None:
    control.pause(worker.run_id)
    control.stop(worker.run_id)
    commands = worker.send().commands
    assert commands.stop and commands.pause
    worker.finish("stopped")
    assert status(worker) == "stopped"


@pytest.mark.parametrize("order", [control.pause, control.resume, control.step])
def test_what_a_finished_run_does_not_do(worker: Worker, order: Any) -> None:
    worker.finish()
    with pytest.raises(Conflict):
        order(worker.run_id)


@pytest.mark.parametrize("order", [control.resume, control.step])
def test_what_a_run_that_trains_does_not_do(worker: Worker, order: Any) -> None:
    with pytest.raises(Conflict):
        order(worker.run_id)


def test_what_a_run_that_never_started_does_not_do(config: dict[str, Any]) -> None:
    run_id = lifecycle.create(RunConfig.model_validate(config), 1)["id"]
    for order in (control.pause, control.resume, control.step):
        with pytest.raises(Conflict):
            order(run_id)
    with pytest.raises(Conflict):
        control.extend(run_id, 1)
    with pytest.raises(Conflict):
        control.change_learning_rate(run_id, 0.1)


@pytest.mark.parametrize("end", ["finished", "stopped"])
def test_more_epochs(worker: Worker, end: str) -> None:
    worker.epoch(1)
    control.stop(worker.run_id)
    worker.finish(end)
    run = control.extend(worker.run_id, 4)
    assert (run["status"], run["epochs"], run["test"], run["ended_at"]) == ("queued", 5, None, None)
    assert run["config"]["fit"]["epochs"] == 5
    again = Worker(worker.run_id)
    job = attempts.job(again.run_id, again.attempt, again.token)
    assert (job.extended, job.from_epoch, job.config.fit.epochs) == (True, 1, 5)
    assert not job.commands.stop
    again.epoch(2)
    third = attempts.job(again.run_id, again.attempt, again.token)
    assert third.from_epoch == 1, "the job of an attempt does not move"


def test_no_more_epochs_than_a_run_may_have(worker: Worker) -> None:
    worker.epoch(1)
    worker.finish()
    with pytest.raises(InvalidInput) as refused:
        control.extend(worker.run_id, MAX_EPOCHS)
    assert refused.value.fields[0].path == "epochs"
    assert status(worker) == "finished"


def test_another_learning_rate(worker: Worker) -> None:
    control.change_learning_rate(worker.run_id, 0.01)
    control.change_learning_rate(worker.run_id, 0.002)
    commands = worker.send().commands
    assert (commands.learning_rate, commands.learning_rate_change) == (0.002, 2)
    worker.finish()
    with pytest.raises(Conflict):
        control.change_learning_rate(worker.run_id, 0.1)

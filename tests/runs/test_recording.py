"""What workers report is stored once, in order, whole, and published after the commit."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask

from tests.fakes.doubles import Worker, batch_item, epoch_item
from webapp.configuration import memory
from webapp.errors import ApiError, Conflict, NotFound, TooLarge, Unauthorized
from webapp.runs import (
    attempts,
    files,
    lifecycle,
    queries,
    recording,
    signals,
    weights,
)
from webapp.schemas.config import RunConfig
from webapp.schemas.worker import Report


def report(*pairs: tuple[int, dict[str, Any]]) -> Report:
    return Report.model_validate({"items": [{"n": n, "item": item} for n, item in pairs]})


def kinds(worker: Worker) -> list[str]:
    return [event["type"] for event in queries.events_after(worker.run_id)[0]]


def test_sent_twice_is_stored_once(worker: Worker) -> None:
    twice = report((2, batch_item(step=1)), (3, batch_item(step=2)))
    for _ in range(2):
        receipt = recording.record(worker.run_id, worker.attempt, worker.token, twice)
        assert receipt.n == 3
    assert kinds(worker).count("batch") == 2


def test_a_wrong_token_is_refused(worker: Worker) -> None:
    with pytest.raises(Unauthorized):
        recording.record(worker.run_id, worker.attempt, "guess", report())


@pytest.mark.parametrize("attempt", [0, 2, 99])
def test_another_attempt_is_refused(worker: Worker, attempt: int) -> None:
    with pytest.raises(Conflict) as refused:
        recording.record(worker.run_id, attempt, worker.token, report())
    assert refused.value.code == "stale_attempt"


def test_a_run_that_is_over_takes_nothing_new_but_acknowledges_what_it_has(worker: Worker) -> None:
    worker.finish()
    known = report((worker.n, {"type": "status", "status": "finished"}))
    receipt = recording.record(worker.run_id, worker.attempt, worker.token, known)
    assert receipt.n == worker.n and receipt.commands.stop
    with pytest.raises(Conflict):
        worker.send(batch_item())


def test_an_epoch_needs_its_checkpoint(worker: Worker) -> None:
    with pytest.raises(Conflict) as refused:
        worker.send(batch_item(), epoch_item(1))
    assert refused.value.code == "checkpoint_missing"
    assert kinds(worker) == ["status"] * 3, "nothing of the report is stored"
    worker.n = 1
    worker.checkpoint(1)
    assert worker.send(batch_item(), epoch_item(1)).n == 3


def test_an_epoch_is_recorded_once(worker: Worker) -> None:
    worker.epoch(1)
    worker.epoch(1)
    assert kinds(worker).count("epoch") == 1
    with pytest.raises(ApiError):
        worker.epoch(3)


def test_a_checkpoint_sent_again_is_another_model(worker: Worker) -> None:
    worker.epoch(1)
    before = weights.newest(worker.run_id)
    worker.checkpoint(1, b"the best weights")
    after = weights.newest(worker.run_id)
    assert after.epoch == before.epoch == 1 and after.key != before.key
    assert after.path.read_bytes() == b"the best weights"


def test_who_receives_of_an_epoch_gets_its_weights(app: Flask, worker: Worker) -> None:
    """Receivers are called in no order; the cache of weights must be cleared first."""
    received: list[tuple[int, int]] = []

    def on_event(_app: object, run_id: str, event: dict[str, Any]) -> None:
        received.append((event["epoch"], weights.newest(run_id).epoch))

    assert weights.newest(worker.run_id).epoch == 0
    signals.event_recorded.connect(on_event, app)
    worker.epoch(1)
    worker.epoch(2)
    assert received == [(1, 1), (2, 2)]


def test_weights_are_remembered_until_the_run_changes(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.epoch(1)
    before = weights.newest(worker.run_id)
    with monkeypatch.context() as patched:
        patched.setattr(weights, "reading", None)  # the database cannot be asked
        assert weights.newest(worker.run_id) == before
    lifecycle.rename(worker.run_id, "Another name")
    worker.finish("stopped")
    after = weights.newest(worker.run_id)
    assert (after.status, after.config["name"]) == ("stopped", "Another name")
    lifecycle.delete(worker.run_id)
    with pytest.raises(NotFound):
        weights.newest(worker.run_id)


def test_what_was_read_before_a_change_is_not_remembered(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = weights._read

    def slowly(run_id: str) -> Any:
        monkeypatch.undo()
        known = read(run_id)
        worker.epoch(1)
        return known

    lifecycle.rename(worker.run_id, "Another name")
    monkeypatch.setattr(weights, "_read", slowly)
    assert weights.newest(worker.run_id).epoch == 0
    assert weights.newest(worker.run_id).epoch == 1


def test_best_without_validation_is_by_accuracy(worker: Worker) -> None:
    nothing = {"val_loss": None, "val_accuracy": None}
    worker.epoch(1, accuracy=0.9, **nothing)
    worker.epoch(2, accuracy=0.8, **nothing)
    assert queries.get(worker.run_id)["best"]["epoch"] == 1


def test_what_is_not_finite_is_null_and_says_so(worker: Worker) -> None:
    worker.epoch(1, loss=None, val_loss=None, val_accuracy=None, diverged=True)
    event = queries.events_after(worker.run_id, 3)[0][0]
    assert event["loss"] is None and event["diverged"] is True
    run = queries.get(worker.run_id)
    assert run["best"] is None and run["diverged"] is True
    worker.send(batch_item())
    assert "diverged" not in queries.events_after(worker.run_id, 4)[0][0]


def test_the_best_epoch_has_a_finite_loss(worker: Worker) -> None:
    worker.epoch(1, accuracy=0.6, val_accuracy=0.5)
    worker.epoch(2, val_loss=None, accuracy=0.99, val_accuracy=0.9, diverged=True)
    worker.epoch(3, loss=None, accuracy=0.99, val_accuracy=0.9, diverged=True)
    worker.epoch(4, val_loss=None, accuracy=0.99, val_accuracy=None, diverged=True)
    assert queries.get(worker.run_id)["best"]["epoch"] == 1
    worker.epoch(5, val_accuracy=0.7)
    assert queries.get(worker.run_id)["best"]["epoch"] == 5


NAN = {"loss": None, "accuracy": None, "diverged": True}


@pytest.mark.parametrize(
    ("trained", "test", "diverged"),
    [
        ([], {}, False),
        ([], NAN, True),  # it stopped at once
        ([{}], None, False),
        ([{"loss": None, "diverged": True}], None, True),
        ([{"val_loss": None, "val_accuracy": None, "diverged": True}], None, True),
        ([{"loss": None, "diverged": True}, {}], None, False),
        ([{}], NAN, True),
        ([{"loss": None, "diverged": True}], {}, False),  # back to the best
    ],
)
def test_a_run_has_diverged_where_its_newest_weights_have(
    worker: Worker, trained: list[dict[str, Any]], test: dict[str, Any] | None, diverged: bool
) -> None:
    for number, values in enumerate(trained, start=1):
        worker.epoch(number, **values)
    if test is not None:
        worker.send({"type": "evaluation", "loss": 0.5, "accuracy": 0.9, **test})
    assert queries.get(worker.run_id)["diverged"] is diverged


def test_a_validation_that_was_not_wanted_is_no_divergence(config: dict[str, Any]) -> None:
    config["fit"]["validation_split"] = 0
    worker = Worker(lifecycle.create(RunConfig.model_validate(config), 12_730)["id"])
    worker.begin()
    worker.epoch(1, val_loss=None, val_accuracy=None)
    assert queries.get(worker.run_id)["diverged"] is False


def test_events_are_reported_in_order_after_the_commit(worker: Worker) -> None:
    reported: list[int] = []

    def receive(_app: object, run_id: str, event: dict[str, Any]) -> None:
        assert queries.events_after(run_id)[1] >= event["seq"]
        reported.append(event["seq"])

    with signals.event_recorded.connected_to(receive):
        worker.send(batch_item(step=1), batch_item(step=2))
        worker.epoch(1)
    assert reported == [4, 5, 6]


def test_batches_alone_do_not_change_the_summary(worker: Worker) -> None:
    reported: list[bool] = []

    def receive(_app: object, run: dict[str, Any], urgent: bool) -> None:
        reported.append(urgent)

    with signals.run_changed.connected_to(receive):
        worker.send(batch_item())
        assert reported == []
        worker.epoch(1)
        worker.finish()
    assert reported == [False, True]


def test_a_listener_that_fails_harms_nobody(worker: Worker) -> None:
    def fail(_app: object, **_facts: Any) -> None:
        raise RuntimeError

    with signals.event_recorded.connected_to(fail):
        assert worker.send(batch_item()).n == worker.n


def test_a_failure_reports_why(worker: Worker) -> None:
    worker.send({"type": "status", "status": "failed", "message": "It needs more memory."})
    run = queries.get(worker.run_id)
    assert run["status"] == "failed"
    assert run["error"] == {"message": "It needs more memory."}


def test_reports_of_many_threads_leave_no_gap(app: Flask, config: dict[str, Any]) -> None:
    parsed = RunConfig.model_validate(config)
    workers = [Worker(lifecycle.create(parsed, 1)["id"]) for _ in range(3)]
    reported: list[tuple[str, int]] = []

    def receive(_app: object, run_id: str, event: dict[str, Any]) -> None:
        reported.append((run_id, event["seq"]))

    def work(worker: Worker, numbers: range) -> None:
        with app.app_context():
            for n in numbers:
                recording.record(worker.run_id, 1, worker.token, report((n, batch_item())))

    with signals.event_recorded.connected_to(receive):
        threads = [
            threading.Thread(target=work, args=(worker, range(1, 41)))
            for worker in workers
            for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for worker in workers:
        events, last = queries.events_after(worker.run_id)
        assert [event["seq"] for event in events] == list(range(1, last + 1))
        assert [seq for run_id, seq in reported if run_id == worker.run_id] == list(
            range(3, last + 1)
        )


def test_the_job_is_reported_to_its_worker_only(worker: Worker) -> None:
    job = attempts.job(worker.run_id, worker.attempt, worker.token)
    assert (job.seed, job.from_epoch, job.config.fit.epochs) == (1, 0, 50)
    with pytest.raises(Unauthorized):
        attempts.job(worker.run_id, worker.attempt, "guess")
    worker.finish()
    with pytest.raises(Conflict):
        attempts.job(worker.run_id, worker.attempt, worker.token)


def test_a_checkpoint_beyond_the_bound_leaves_no_file(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "of_checkpoint", lambda config, params: 10)
    with pytest.raises(TooLarge):
        worker.checkpoint(1, b"more than ten bytes")
    directory = files.checkpoint_path(worker.run_id, 1, 0).parent
    assert [path.name for path in directory.iterdir()] == ["1-0.npz"]


def test_a_checkpoint_of_a_later_epoch_waits_for_the_report(worker: Worker) -> None:
    """Or a worker that reports nothing could fill the disk."""
    worker.checkpoint(1)
    with pytest.raises(Conflict) as refused:
        worker.checkpoint(2)
    assert refused.value.code == "epoch_out_of_order"
    worker.send(epoch_item(1))
    worker.checkpoint(2)

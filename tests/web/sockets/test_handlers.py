"""Socket.IO with the library's own test client: watching, predicting, wrong payloads."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

import pytest
from flask import Flask

from tests.fakes.doubles import FakePredictor, Worker, batch_item, wait_until
from webapp.datasets.catalogue import dataset_progress
from webapp.ml.process.failure import Failure
from webapp.runs import control, lifecycle, queries, recovery
from webapp.runs.recovery import DIED
from webapp.schemas.config import RunConfig
from webapp.security.owners import COOKIE, HEADER, OWNERS, maker
from webapp.web.sockets import packets, publisher
from webapp.web.sockets.handlers import same_origin
from webapp.workers.keeper import refusal
from webapp.workers.predictor import PREDICTOR

GONE = Failure("model_missing", "The model of this run was deleted.", expected=True)
GONE_IN = {"en": GONE.sentence, "zh": "这次训练的模型已不存在。"}
SEVEN = [[[0, 0], [10, 0], [4, 20]]]


def ask(client: Any, event: str, *payload: Any) -> Any:
    """The acknowledgement of an event."""
    return client.emit(event, *payload, callback=True)


def got(client: Any, name: str) -> list[Any]:
    """The payloads of the events of that name that came since the last look."""
    return [event["args"][0] for event in client.get_received() if event["name"] == name]


def test_watching(connect: Callable[..., Any], worker: Worker) -> None:
    client = connect()
    answer = ask(client, "watch", {"run_id": worker.run_id, "after": 1})
    assert answer["run"] == queries.get(worker.run_id)
    assert [event["seq"] for event in answer["events"]] == [2, 3]
    worker.send(batch_item())
    assert got(client, "event") == queries.events_after(worker.run_id, 3)[0]


def test_a_thousand_events_at_once_the_rest_by_http(
    connect: Callable[..., Any], worker: Worker
) -> None:
    for _ in range(11):
        worker.send(*[batch_item()] * 100)
    answer = ask(connect(), "watch", {"run_id": worker.run_id})
    assert [event["seq"] for event in answer["events"]] == list(range(1, 1001))
    assert answer["run"]["last_seq"] == 1103


def test_no_event_is_lost_between_the_answer_and_the_pushes(
    connect: Callable[..., Any], worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connect()
    real = queries.watch

    def late(run_id: str, after: int) -> Any:
        worker.send(batch_item())  # joined already, so this one comes both ways
        return real(run_id, after)

    monkeypatch.setattr(queries, "watch", late)
    answer = ask(client, "watch", {"run_id": worker.run_id, "after": 0})
    assert [event["seq"] for event in answer["events"]] == [1, 2, 3, 4]
    assert [event["seq"] for event in got(client, "event")] == [4]


def test_who_does_not_watch_receives_nothing(connect: Callable[..., Any], worker: Worker) -> None:
    idle, former = connect(), connect()
    ask(former, "watch", {"run_id": worker.run_id})
    assert ask(former, "unwatch", {"run_id": worker.run_id}) == {}
    worker.send(batch_item())
    worker.epoch(1)
    assert idle.get_received() == [] and former.get_received() == []


def test_summaries_go_to_watchers_and_to_lists_once(
    connect: Callable[..., Any], worker: Worker
) -> None:
    both, lister = connect(), connect()
    ask(both, "watch", {"run_id": worker.run_id})
    for client in (both, lister):
        assert ask(client, "watch_runs", {})["runs"] == queries.page()
    worker.finish()
    for client in (both, lister):
        runs = got(client, "run")
        assert [run["status"] for run in runs] == ["finished"]


def test_a_deletion_goes_to_watchers_and_to_lists_once(
    connect: Callable[..., Any], worker: Worker
) -> None:
    both, watcher, lister, idle = (connect() for _ in range(4))
    chinese = connect(headers={"Accept-Language": "zh-CN"})
    worker.finish()
    for client in (both, watcher):
        ask(client, "watch", {"run_id": worker.run_id})
    for client in (both, lister, chinese):
        ask(client, "watch_runs", {})
    worker_id = worker.run_id
    lifecycle.delete(worker_id)
    for client in (both, watcher, lister, chinese):
        assert got(client, "run_deleted") == [{"run_id": worker_id}]
    assert idle.get_received() == []


@pytest.mark.parametrize("event", ["watch", "watch_runs", "both"])
def test_a_run_is_mine_to_its_owner_alone(
    app: Flask, connect: Callable[..., Any], config: dict[str, Any], event: str
) -> None:
    signed = OWNERS.get(app).make("127.0.0.1")
    with app.test_request_context(headers={HEADER: signed}):
        run_id = lifecycle.create(RunConfig.model_validate(config), 1, maker())["id"]
    owner, other = connect(headers={"Cookie": f"{COOKIE}={signed}"}), connect()
    for client, mine in ((owner, True), (other, False)):
        if event != "watch_runs":
            answer = ask(client, "watch", {"run_id": run_id})
            assert answer["run"]["owner"] == {"mine": mine, "name": None}
        if event != "watch":
            (listed,) = ask(client, "watch_runs", {})["runs"]
            assert listed["owner"]["mine"] is mine
    lifecycle.rename(run_id, "Another name")
    for client, mine in ((owner, True), (other, False)):
        assert [run["owner"] for run in got(client, "run")] == [{"mine": mine, "name": None}]
    ask(owner, "unwatch", {"run_id": run_id})
    ask(other, "unwatch", {"run_id": run_id})
    lifecycle.rename(run_id, "A third name")
    received = event != "watch"
    assert [len(got(client, "run")) for client in (owner, other)] == [received, received]


def test_a_summary_is_written_twice_however_many_watch(
    app: Flask,
    connect: Callable[..., Any],
    config: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signed = OWNERS.get(app).make("127.0.0.1")
    with app.test_request_context(headers={HEADER: signed}):
        run_id = lifecycle.create(RunConfig.model_validate(config), 1, maker())["id"]
    for headers in ({"Cookie": f"{COOKIE}={signed}"}, {}):
        for _ in range(5):
            ask(connect(headers=headers), "watch", {"run_id": run_id})
    written: list[str] = []
    real = packets.TextPacket.encode

    def encode(packet: Any) -> Any:
        if packet.data and packet.data[0] == "run":
            written.append(packet.data)
        return real(packet)

    monkeypatch.setattr(packets.TextPacket, "encode", encode)
    lifecycle.rename(run_id, "Another name")
    assert len(written) == 2


def test_batches_push_no_summary_and_epochs_few(
    connect: Callable[..., Any], app: Flask, config: dict[str, Any]
) -> None:
    config["fit"]["epochs"] = 40
    worker = Worker(lifecycle.create(RunConfig.model_validate(config), 1)["id"])
    worker.begin()
    client = connect()
    ask(client, "watch_runs", {})
    worker.send(batch_item())
    assert got(client, "run") == []
    for epoch in range(1, 41):
        worker.epoch(epoch)
    runs: list[Any] = []

    def newest() -> int:
        runs.extend(got(client, "run"))
        return int(runs[-1]["epoch"]) if runs else 0

    wait_until(lambda: newest() == 40)
    assert len(runs) < 40


def test_places_in_the_queue_go_to_watchers_at_once_and_to_lists_in_turn(
    connect: Callable[..., Any], config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = RunConfig.model_validate(config)
    ids = [str(lifecycle.create(parsed, 1, "ann")["id"]) for _ in range(6)]
    watcher, lister = connect(), connect()
    for run_id in ids:
        ask(watcher, "watch", {"run_id": run_id})
    for client in (watcher, lister):
        ask(client, "watch_runs", {})
    monkeypatch.setattr(publisher, "LIST_SECONDS", 0.02)
    control.stop(ids[0])

    places = [(run["id"], run["queue_position"]) for run in got(watcher, "run")]
    assert places == [(ids[0], None), *((run_id, n) for n, run_id in enumerate(ids[1:], 1))]
    received = [(run["id"], run["queue_position"]) for run in got(lister, "run")]
    assert received[0] == (ids[0], None)
    assert len(received) < len(places)

    def all_received() -> bool:
        received.extend((run["id"], run["queue_position"]) for run in got(lister, "run"))
        return received == places

    wait_until(all_received)
    assert got(watcher, "run") == []


@pytest.mark.parametrize("payload", [(), (None,), ("x",), (7,), ([],)])
@pytest.mark.parametrize("event", ["watch", "unwatch", "watch_runs", "predict"])
def test_payloads_that_are_no_object(
    connect: Callable[..., Any], event: str, payload: tuple[Any, ...]
) -> None:
    assert ask(connect(), event, *payload)["error"]["code"] == "invalid_payload"


@pytest.mark.parametrize(
    ("event", "payload", "code", "path"),
    [
        ("watch", {}, "invalid_payload", "run_id"),
        ("watch", {"run_id": 7}, "invalid_payload", "run_id"),
        ("watch", {"run_id": "x" * 65}, "invalid_payload", "run_id"),
        ("watch", {"run_id": "x", "after": "1"}, "invalid_payload", "after"),
        ("watch", {"run_id": "x", "after": -1}, "invalid_payload", "after"),
        ("watch", {"run_id": "x", "after": True}, "invalid_payload", "after"),
        ("watch", {"run_id": "x", "after": 2**70}, "invalid_payload", "after"),
        ("watch", {"run_id": "nobody"}, "run_not_found", None),
        ("unwatch", {"run_id": None}, "invalid_payload", "run_id"),
        ("predict", {"run_id": "nobody", "strokes": SEVEN}, "run_not_found", None),
        ("predict", {"run_id": "x", "epoch": "last"}, "invalid_payload", "epoch"),
        ("predict", {"run_id": "x", "epoch": -1}, "invalid_payload", "epoch"),
        ("predict", {"run_id": "x", "epoch": True}, "invalid_payload", "epoch"),
        ("predict", {"run_id": "x", "epoch": []}, "invalid_payload", "epoch"),
    ],
)
def test_payloads_that_cannot_be(
    connect: Callable[..., Any], event: str, payload: Any, code: str, path: str | None
) -> None:
    error = ask(connect(), event, payload)["error"]
    assert error["code"] == code and error["message"]
    assert [field["path"] for field in error["fields"]] == ([path] if path else [])


def test_a_fault_of_ours_is_an_answer_too(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_run_id: str) -> None:
        raise RuntimeError("secret path")

    monkeypatch.setattr(queries, "get", broken)
    error = ask(connect(), "watch", {"run_id": "x"})["error"]
    assert error["code"] == "internal_error" and "secret" not in json.dumps(error)


def test_predicting(connect: Callable[..., Any], worker: Worker) -> None:
    answer = ask(connect(), "predict", {"run_id": worker.run_id, "strokes": SEVEN})
    assert set(answer) == {"digit", "probabilities", "input", "epoch", "ms"}
    asked = {"run_id": worker.run_id, "strokes": SEVEN}
    worker.epoch(1)
    said = [ask(connect(), "predict", {**asked, "epoch": epoch}) for epoch in (0, "best", 7)]
    assert [one.get("epoch") for one in said] == [0, 1, None]
    assert said[2]["error"]["code"] == "epoch_not_kept"
    error = ask(connect(), "predict", {"run_id": worker.run_id, "strokes": []})["error"]
    assert error["code"] == "empty_drawing"


@pytest.mark.parametrize(("language", "sentence"), GONE_IN.items())
def test_a_worker_s_error_in_the_connection_s_language(
    app: Flask, connect: Callable[..., Any], worker: Worker, language: str, sentence: str
) -> None:
    cast(FakePredictor, PREDICTOR.get(app)).error = refusal(GONE.as_json())
    client = connect(headers={"Accept-Language": language})
    answer = ask(client, "predict", {"run_id": worker.run_id, "strokes": SEVEN})
    assert answer["error"] == {"code": "model_missing", "message": sentence, "fields": []}


def test_each_connection_has_its_language(
    connect: Callable[..., Any], worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.runs.queries.gettext", lambda text: f"{_locale()}: {text}")
    english, chinese = connect(), connect(headers={"Accept-Language": "zh-CN"})
    for client in (english, chinese):
        ask(client, "watch", {"run_id": worker.run_id})
    recovery.ended(worker.run_id, worker.attempt, DIED, for_good=True)
    assert got(english, "run")[-1]["error"]["message"] == f"en: {DIED}"
    assert got(chinese, "run")[-1]["error"]["message"] == f"zh_Hans: {DIED}"


def _locale() -> str:
    from flask_babel import get_locale

    return str(get_locale())


def test_a_download_is_reported_to_everyone(connect: Callable[..., Any], app: Flask) -> None:
    client = connect()
    progress = {"name": "mnist", "state": "downloading", "received": 1, "total": 2, "message": ""}
    dataset_progress.send(app, progress=progress)
    assert got(client, "dataset") == [progress]


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        (None, "localhost:8000", True),
        ("http://localhost:8000", "localhost:8000", True),
        ("http://localhost:9000", "localhost:8000", False),
        ("http://evil.example", "localhost:8000", False),
        ("null", "localhost:8000", False),
    ],
)
def test_origins(origin: str | None, host: str, allowed: bool) -> None:
    assert same_origin(origin, {"HTTP_HOST": host}) is allowed

"""How many events a client may send, and what each costs."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.fakes.doubles import Worker
from tests.web.sockets.test_handlers import ask
from webapp.runs import lifecycle, queries
from webapp.schemas.config import RunConfig
from webapp.security.limits import LIMITS
from webapp.security.rates import Budget
from webapp.web.sockets import handlers


def test_every_event_counts(
    app: Flask, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], rate_limit=1)
    events = ("watch", "unwatch", "watch_runs", "predict")
    client = connect()
    monkeypatch.setattr(LIMITS.get(app), "requests", Budget(len(events) - 1))
    monkeypatch.setattr(LIMITS.get(app), "predictions", Budget(1))
    for event in events:
        assert ask(client, event, {}).get("error", {}).get("code") != "too_many_requests"
    for event in events:
        error = ask(client, event, {})["error"]
        assert error["code"] == "too_many_requests" and error["retry_after"] > 0


def test_an_event_counts_before_it_is_read(
    app: Flask, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], rate_limit=1)
    client = connect()
    monkeypatch.setattr(LIMITS.get(app), "requests", Budget(1))
    ask(client, "watch", {})
    client.socketio.server._handle_eio_message(client.eio_sid, '27["watch",{')
    assert client.acks["args"][0]["error"]["code"] == "too_many_requests"


def test_a_client_watches_so_many_runs(
    connect: Callable[..., Any], config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "MAX_WATCHED", 2)
    parsed = RunConfig.model_validate(config)
    runs = [lifecycle.create(parsed, 12_730)["id"] for _ in range(3)]
    client = connect()
    for run_id in (*runs[:2], runs[0]):
        assert "run" in ask(client, "watch", {"run_id": run_id})
    assert ask(client, "watch", {"run_id": runs[2]})["error"]["code"] == "too_many_watched"
    assert "run" in ask(connect(), "watch", {"run_id": runs[2]}), "another client may"
    assert ask(client, "unwatch", {"run_id": runs[0]}) == {}
    assert "run" in ask(client, "watch", {"run_id": runs[2]})


class Events(list[Any]):
    """A list that can be watched for its end."""


def test_an_answer_is_freed_without_the_garbage_collector(
    connect: Callable[..., Any], worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    freed: list[weakref.ref[Events]] = []
    query = queries.watch

    def watch(run_id: str, after: int) -> tuple[dict[str, Any], Events]:
        run, found = query(run_id, after)
        events = Events(found)
        freed.append(weakref.ref(events))
        return run, events

    client = connect()
    monkeypatch.setattr(queries, "watch", watch)
    gc.collect()
    gc.disable()
    try:
        client.emit("watch", {"run_id": worker.run_id}, callback=True)
        client.ack = None  # the test client's own
        assert freed[0]() is None
    finally:
        gc.enable()

"""What strangers send leaves nothing in memory, however much they invent."""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIO

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeInsights, FakeLauncher, FakePredictor, Worker
from webapp.app import create_app
from webapp.runs import lifecycle
from webapp.schemas.config import RunConfig
from webapp.settings import Settings

TIMES = 40

CACHED = type(lru_cache(int))
OURS = ("webapp", "socketio", "engineio", "flask_socketio")
"""Packages whose objects are looked into."""

SEVEN = [[[0, 0], [10, 0], [4, 20]]]


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(
        settings,
        launcher=FakeLauncher(),
        predictor=FakePredictor(),
        insight_worker=FakeInsights(),
    )
    migrate(made)
    with made.app_context():
        yield made
    close(made)


def entries(app: Flask) -> Counter[str]:
    """How many entries the program keeps, by the way to the container that has them."""
    found: Counter[str] = Counter()
    modules = {name: vars(module) for name, module in sys.modules.items() if is_ours(name)}
    seen: set[int] = set()
    todo: list[tuple[str, Any]] = [("extensions", app.extensions), *modules.items()]
    while todo:
        way, one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        kind = type(one)  # Flask's proxies say that they are what they stand for
        if issubclass(kind, CACHED):
            bounded = one.cache_parameters()["maxsize"] is not None
            found[way] = 0 if bounded else one.cache_info().currsize
        elif issubclass(kind, dict):
            found[way] = len(one)
            todo += [(f"{way}.{name}", value) for name, value in list(one.items())]
        elif issubclass(kind, list | set | deque):
            found[way] = len(one)
            todo += [(f"{way}[]", value) for value in list(one)]
        elif is_ours(kind.__module__):
            todo += [
                (f"{way}.{name}", value) for name, value in getattr(one, "__dict__", {}).items()
            ]
    return found


def is_ours(module: str) -> bool:
    return module.partition(".")[0] in OURS


def grown(app: Flask, do: Callable[[str], object]) -> dict[str, int]:
    """What has many more entries after so many invented words than after as many before.

    One or two may come once, such as a reason of refusals.
    """
    for number in range(TIMES):
        do(f"a{number:08}")
    before = entries(app)
    for number in range(TIMES):
        do(f"b{number:08}")
    more = entries(app) - before
    return {way: count for way, count in more.items() if count > TIMES // 4}


def request(**options: Any) -> Callable[[str], dict[str, Any]]:
    """The options of a request, with the invented word wherever ``*`` stands."""

    def named(value: Any, word: str) -> Any:
        if isinstance(value, dict):
            return {named(name, word): named(one, word) for name, one in value.items()}
        return value.replace("*", word) if isinstance(value, str) else value

    return lambda word: dict(named(options, word))


REQUESTS = {
    "methods": request(path="/", method="*"),
    "methods of the API": request(path="/api/runs", method="*"),
    "paths": request(path="/*"),
    "paths of files": request(path="/static/*/*.js"),
    "runs": request(path="/api/runs/*"),
    "runs to predict": request(path="/api/runs/*/predict", method="POST", json={"pixels": "*"}),
    "runs to look at": request(path="/api/runs/*/insights/tested"),
    "views": request(path="/api/runs/x/insights/*"),
    "parameters": request(path="/api/runs?*=1"),
    "sizes of lessons": request(path="/api/lessons/runs?size=*"),
    "datasets": request(path="/api/datasets/*/digits?part=train"),
    "attempts": request(
        path="/api/workers/runs/*/attempts/1/job", headers={"Authorization": "Bearer *"}
    ),
    "checkpoints": request(
        path="/api/workers/runs/*/attempts/1/checkpoints/0/0", method="PUT",
        headers={"Authorization": "Bearer *", "Content-Type": "application/octet-stream"},
    ),
    "hosts": request(path="/", headers={"Host": "*.example"}),
    "origins": request(path="/api/check", method="POST", headers={"Origin": "http://*.example"}),
    "languages": request(path="/", headers={"Accept-Language": "*, x-*;q=0.5"}),
    "languages asked for": request(path="/?lang=*", headers={"Cookie": "lang=*"}),
    "owners": request(path="/api/runs", headers={"X-Inkling-Owner": "*"}),
    "cookies": request(path="/", headers={"Cookie": "inkling_owner=*; inkling_session=*; *=1"}),
    "types": request(path="/api/check", method="POST", headers={"Content-Type": "x/*"}),
    "keys": request(path="/api/check", method="POST", json={"*": {"*": 1}}),
    "layers": request(path="/api/check", method="POST", json={"layers": [{"type": "*"}]}),
}  # fmt: skip


@pytest.mark.parametrize("kind", REQUESTS)
def test_requests(app: Flask, kind: str) -> None:
    client = app.test_client(use_cookies=False)

    def ask(word: str) -> None:
        options = REQUESTS[kind](word)
        client.open(options.pop("path"), **options).close()

    assert grown(app, ask) == {}


def test_views(app: Flask, config: dict[str, Any]) -> None:
    worker = Worker(lifecycle.create(RunConfig.model_validate(config), 1)["id"])
    worker.begin()
    client = app.test_client()

    def ask(word: str) -> None:
        page = int(word, 36) % 8000
        answer = client.get(f"/api/runs/{worker.run_id}/insights/weights?offset={page}")
        assert answer.status_code == 200

    assert grown(app, ask) == {}


EVENTS: dict[str, Callable[[str], tuple[Any, ...]]] = {
    "events": lambda word: (word, {"run_id": "x"}),
    "runs to watch": lambda word: ("watch", {"run_id": word}),
    "runs to watch no more": lambda word: ("unwatch", {"run_id": word}),
    "runs to predict": lambda word: ("predict", {"run_id": word, "strokes": SEVEN}),
    "keys": lambda word: ("watch_runs", {word: word}),
}


@pytest.mark.parametrize("kind", EVENTS)
def test_messages(app: Flask, kind: str) -> None:
    socketio: SocketIO = app.extensions["socketio"]
    client = socketio.test_client(app)

    def ask(word: str) -> None:
        client.emit(*EVENTS[kind](word), callback=kind != "events")
        client.get_received()

    assert grown(app, ask) == {}
    client.disconnect()

"""Bodies: none is read before its share is taken and its sender known, and none stays."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeInsights, FakeLauncher, FakePredictor, Worker, epoch_item
from tests.web.api.test_runs_api import problem
from webapp.app import create_app
from webapp.ml.training.link import ITEMS_A_REPORT
from webapp.schemas.worker import Report
from webapp.security import limits
from webapp.security.limits import LIMITS
from webapp.security.owners import HEADER
from webapp.security.rates import Budget
from webapp.settings import Settings
from webapp.web.api.bodies import BOUNDS, BUDGETS, SMALL_BYTES
from webapp.web.api.body_budget import BodyBudget, Bounds

Train = Callable[..., Worker]
FAR = {"REMOTE_ADDR": "192.0.2.1"}


class Untouched(io.RawIOBase):
    """A body that must not be read."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        raise AssertionError("the body was read")


def unread(client: FlaskClient, method: str, path: str, **options: Any) -> Any:
    """The answer to a request of which only the head may be read."""
    kind = options.pop("content_type", "application/json")
    body = {"wsgi.input": Untouched(), "CONTENT_LENGTH": str(options.pop("size", 1000))}
    return client.open(
        path, method=method, content_type=kind,
        environ_overrides=body, **options,
    )  # fmt: skip


def only(kind: str, app: Flask, bounds: Bounds) -> BodyBudget:
    """Have another budget for bodies of one kind."""
    budget = BodyBudget(bounds)
    BUDGETS.get(app)[kind] = budget
    return budget


@contextmanager
def taken(budget: BodyBudget, client: str) -> Iterator[None]:
    """A byte of the client's comes in meanwhile."""
    share = budget.take(client, 1)
    yield
    budget.give_back(share)


NONE = Bounds(bodies=1, size=1, each_bodies=1, each_size=1, wait=0, patience=60)


# --- read after its sender is known


def workers_routes(app: Flask, worker: Worker) -> list[tuple[str, str]]:
    """Method and address of each route of workers."""
    values = {"run_id": worker.run_id, "attempt": 1, "epoch": 1, "part": 0}
    return [
        (method, EnvironBuilder(path=_path(rule.rule, values)).path)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("workers.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]


def _path(rule: str, values: dict[str, Any]) -> str:
    for name, value in values.items():
        rule = rule.replace(f"<int:{name}>", str(value)).replace(f"<{name}>", str(value))
    return rule


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer guess"}, 401), ({"Authorization": "Basic eDp5"}, 401)],
)
def test_no_workers_route_reads_a_body_before_the_token(
    client: FlaskClient, app: Flask, train: Train, headers: dict[str, str], status: int
) -> None:
    routes = workers_routes(app, train())
    assert len(routes) >= 4
    for method, path in routes:
        answer = unread(client, method, path, headers=headers, size=2**40)
        assert problem(answer)[0] == status, path
        assert answer.headers["Connection"] == "close"


def test_an_old_attempt_is_refused_unread(client: FlaskClient, train: Train) -> None:
    worker = train()
    path = f"/api/workers/runs/{worker.run_id}/attempts/2/reports"
    answer = unread(client, "POST", path, headers={"Authorization": f"Bearer {worker.token}"})
    assert problem(answer)[:2] == (409, "stale_attempt")


@pytest.mark.parametrize("verb", ["predict", "look"])
def test_a_drawing_for_no_run_is_not_read(client: FlaskClient, verb: str) -> None:
    assert problem(unread(client, "POST", f"/api/runs/none/{verb}"))[0] == 404


def test_a_change_of_anothers_run_is_not_read(tmp_path: Path, config: dict[str, Any]) -> None:
    environ = {"INKLING_DATA_DIR": str(tmp_path), "INKLING_ACCESS_TOKEN": "a token of some length"}
    doubles: dict[str, Any] = {"launcher": FakeLauncher(), "predictor": FakePredictor()}
    app = create_app(Settings.from_environ(environ), **doubles, insight_worker=FakeInsights())
    migrate(app)
    client = app.test_client(use_cookies=False)
    token = {"Authorization": "Bearer a token of some length"}
    owner = client.post("/api/owners", headers=token).get_json()["owner"]
    made = client.post("/api/runs", json=config, headers={**token, HEADER: owner}).get_json()
    answer = unread(client, "PATCH", f"/api/runs/{made['id']}", headers=token)
    assert problem(answer)[:2] == (403, "not_yours")
    close(app)


# --- who is refused again and again


def test_refusals_of_workers_are_counted(client: FlaskClient, train: Train) -> None:
    """Also on loopback; the worker with the right token is not refused."""
    worker = train()
    path = f"/api/workers/runs/{worker.run_id}/attempts/1/reports"
    statuses = [client.post(path, json={}).status_code for _ in range(limits.REFUSED + 2)]
    assert statuses == [401] * limits.REFUSED + [429] * 2
    answer = client.post(path, json={})
    assert answer.headers["Retry-After"] and answer.get_json()["error"]["retry_after"]
    assert client.post(path, json={}, environ_base=FAR).status_code == 401
    right = {"Authorization": f"Bearer {worker.token}"}
    assert client.post(path, json={"items": []}, headers=right).status_code == 200


def test_what_is_too_large_is_counted(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LIMITS.get(client.application), "requests", Budget(2, lambda: 0.0))
    asked = {"environ_base": FAR, "size": limits.BODY + 1}
    answers = [unread(client, "POST", "/api/check", **asked).status_code for _ in range(3)]
    assert answers == [413, 413, 429]


def test_addresses_below_the_workers_that_are_none_are_counted(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LIMITS.get(client.application), "requests", Budget(2, lambda: 0.0))
    answers = [client.get("/api/workers/x", environ_base=FAR).status_code for _ in range(3)]
    assert answers == [404, 404, 429]


# --- how much of it


def test_the_largest_report_fits_twice() -> None:
    item = epoch_item(10_000, loss=0.12345678901234567, accuracy=0.12345678901234567)
    measured = {"val_loss": 1.2345678901234567e-300, "val_accuracy": 0.12345678901234567}
    largest = {**item, **measured, "learning_rate": 1.2345678901234567e-300, "diverged": False}
    last = {"type": "status", "status": "failed", "message": "\u0001" * 2000}
    items = [{"n": 10**9 + n, "item": largest} for n in range(ITEMS_A_REPORT - 1)]
    report = Report.model_validate({"items": [*items, {"n": 10**10, "item": last}]})
    assert 2 * len(report.model_dump_json().encode()) <= limits.REPORT_BODY


def test_a_long_body_that_was_not_read_closes_the_connection(client: FlaskClient) -> None:
    for size, closes in ((100, False), (SMALL_BYTES + 1, True)):
        answer = unread(client, "POST", "/api/nothing", size=size)
        assert answer.status_code == 404
        assert (answer.headers.get("Connection") == "close") is closes
    body = b" " * (SMALL_BYTES + 1)
    answer = client.post("/api/check", data=body, content_type="application/json")
    assert answer.status_code == 400 and "Connection" not in answer.headers


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 900_000, 413),
        (b'{"a":' * 150_000, 413),
        (b"[" + b"1," * limits.MAX_PARTS + b"1]", 413),
        (b"[" * 90_000, 400),
        (b"[" * 40_000 + b"]" * 40_000, 400),
        (b'{"a":' * 40_000 + b"1" + b"}" * 40_000, 400),
        (b"1" * 5000, 400),
        (b'{"epochs":' + b"1" * 5000 + b"}", 400),
        (b'{"epochs":' + b"1" * 4000 + b"}", 422),
        (b"[" + b",".join([b"1" * 4000] * 60) + b"]", 400),
        (b'{"epochs":1e999}', 422),
        (b'{"epochs":-1e999}', 422),
        (b'{"\\ud800":1}', 422),
        (b'{"epochs":"\\ud800"}', 422),
        (b'"\xff"', 400),
    ],
    ids=lambda value: str(value)[:24],
)
def test_json_that_means_harm(client: FlaskClient, train: Train, body: bytes, status: int) -> None:
    run = train(1, "finished").run_id
    for path in ("check", "runs", "code", f"runs/{run}/extend", f"runs/{run}/predict"):
        answer = client.post(f"/api/{path}", data=body, content_type="application/json")
        assert problem(answer)[0] == status, path
        assert len(answer.data) < 50_000, path


@pytest.mark.parametrize("padding", [0, SMALL_BYTES])
def test_a_long_body_says_what_a_short_one_says(client: FlaskClient, padding: int) -> None:
    body = b'{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10}]}' + b" " * padding
    answer = client.post("/api/check", data=body, content_type="application/json")
    assert answer.status_code == 200
    assert answer.get_json()["layers"][-1]["params"] == 7850


@pytest.mark.parametrize("depth", [50, 500, 900, 990])
def test_json_as_deep_as_can_be_read(client: FlaskClient, train: Train, depth: int) -> None:
    run = train(1, "finished").run_id
    for path in ("check", f"runs/{run}/extend", f"runs/{run}/predict"):
        for name in (b"layers", b"epochs", b"strokes", b"image", b"pixels", b"compile"):
            for left, right in ((b"[", b"]"), (b'{"a":', b"}")):
                body = b'{"%s":' % name + left * depth + b"1" + right * depth + b"}"
                answer = client.post(f"/api/{path}", data=body, content_type="application/json")
                assert problem(answer)[0] in (400, 422)


def test_of_many_wrong_names_a_hundred_are_reported(client: FlaskClient, train: Train) -> None:
    run = train(1, "finished").run_id
    answers = (
        client.post(f"/api/runs/{run}/predict", json={f"x{n}": 1 for n in range(5000)}),
        client.get("/api/runs?" + "&".join(f"x{n}" for n in range(5000))),
    )
    for answer in answers:
        status, _code, paths = problem(answer)
        assert status == 422 and 100 <= len(paths) <= 101


# --- shares of a budget


def test_every_body_gives_its_share_back(client: FlaskClient, app: Flask, train: Train) -> None:
    budgets = [only(kind, app, Bounds(1, 10**9, 1, 10**9, 0, 60)) for kind in BOUNDS]
    worker = train(1, "finished")
    predict = f"/api/runs/{worker.run_id}/predict"
    for body in (b"{}", b" " * (SMALL_BYTES + 1), b'"' + b"x" * limits.PREDICT_BODY):
        for _ in range(3):
            client.post(predict, data=body, content_type="application/json")
            client.post("/api/models", **form(("file", "x.keras"), content=body))
    assert [budget._shares for budget in budgets] == [[]] * len(BOUNDS)


def test_without_room_no_body_is_read(client: FlaskClient, app: Flask, train: Train) -> None:
    worker = train(1, "finished")
    path = f"/api/runs/{worker.run_id}/predict"
    for kind, size in (("small", 100), ("large", SMALL_BYTES + 1)):
        only(kind, app, NONE).take("another", 1)
        answer = unread(client, "POST", path, size=size)
        assert problem(answer)[:2] == (503, "unavailable")
        assert answer.get_json()["error"]["retry_after"]
        assert answer.headers["Retry-After"]


def test_a_body_without_a_length_takes_the_share_of_the_largest(
    client: FlaskClient, app: Flask
) -> None:
    budget = only("large", app, Bounds(9, limits.CONFIG_BODY, 9, limits.CONFIG_BODY, 0, 60))
    body = {"input_stream": io.BytesIO(b"{}"), "content_type": "application/json"}
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    with taken(budget, "another"):
        answer = client.post("/api/check", **body, environ_overrides=chunked)
    assert problem(answer)[0] == 503
    answer = client.post("/api/check", **body, environ_overrides=chunked)
    assert problem(answer)[0] == 422


def form(*parts: tuple[str, str], content: bytes = b"x") -> dict[str, Any]:
    """A form of parts: (name, file's name or nothing), each with the content."""
    mark = "mark"
    body = b""
    for name, filename in parts:
        named = f'name="{name}"' + (f'; filename="{filename}"' if filename else "")
        body += f"--{mark}\r\nContent-Disposition: form-data; {named}\r\n\r\n".encode()
        body += content + b"\r\n"
    return {
        "data": body + f"--{mark}--\r\n".encode(),
        "content_type": f"multipart/form-data; boundary={mark}",
    }

"""Sizes of bodies and requests a minute."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import close
from webapp.app import create_app
from webapp.security import limits
from webapp.security.limits import BODIES, BODY, CONFIG_BODY, LIMITS, PREDICT_BODY, PREDICTIONS
from webapp.security.owners import COOKIE, HEADER, OWNERS
from webapp.security.rates import ADDRESS, MAX_CLIENTS, Budget, RateLimiter
from webapp.settings import Settings


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_client_may_burst_then_must_wait() -> None:
    clock = Clock()
    limiter = RateLimiter(60, clock)
    assert [limiter.spend("a") for _ in range(60)] == [0.0] * 60
    assert limiter.spend("a") == pytest.approx(1.0)
    assert limiter.spend("b") == 0.0
    clock.now = 1.0
    assert limiter.spend("a") == 0.0
    assert limiter.spend("a") > 0


def test_quiet_clients_are_forgotten() -> None:
    limiter = RateLimiter(1, Clock())
    for number in range(MAX_CLIENTS + 1):
        limiter.spend(str(number))
    assert limiter.spend("0") == 0.0
    assert limiter.spend(str(MAX_CLIENTS)) > 0


def test_every_limit_belongs_to_a_route(client: FlaskClient) -> None:
    assert set(BODIES) <= {rule.rule for rule in client.application.url_map.iter_rules()}


@pytest.mark.parametrize(
    ("path", "limit"),
    [("check", CONFIG_BODY), ("datasets/x/augment", BODY), ("runs/x/predict", PREDICT_BODY)],
)
def test_a_body_has_a_limit(client: FlaskClient, path: str, limit: int) -> None:
    for size, refused in ((limit, False), (limit + 1, True)):
        body = b'"' + b"x" * (size - 2) + b'"'
        response = client.post(f"/api/{path}", data=body, content_type="application/json")
        assert (response.status_code == 413) is refused
    assert response.json is not None
    assert response.json["error"]["code"] == "too_large"
    assert response.headers["Connection"] == "close"


def test_loopback_is_exempt_unless_a_limit_is_set(tmp_path: Path) -> None:
    environ = {"INKLING_DATA_DIR": str(tmp_path), "INKLING_RATE_LIMIT": "3"}
    app = create_app(Settings.from_environ(environ))
    client = app.test_client()
    answers = [client.get("/healthz") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json is not None
    assert answers[-1].json["error"]["code"] == "too_many_requests"
    assert int(answers[-1].headers["Retry-After"]) in (19, 20)
    assert 19 < answers[-1].json["error"]["retry_after"] <= 20
    close(app)


def test_others_have_a_limit(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    app = client.application
    monkeypatch.setattr(LIMITS.get(app), "requests", Budget(1, Clock()))
    far = {"REMOTE_ADDR": "192.0.2.1"}
    answers = [client.get("/healthz", environ_base=far).status_code for _ in range(2)]
    assert answers == [200, 429]
    assert [client.get("/healthz").status_code for _ in range(3)] == [200] * 3


def test_handshakes_of_sockets_count(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    app = client.application
    monkeypatch.setattr(LIMITS.get(app), "requests", Budget(2, Clock()))
    far = {"REMOTE_ADDR": "192.0.2.1"}
    address = "/socket.io/?EIO=4&transport=polling"
    answers = [client.get(address, environ_base=far) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json is not None
    assert answers[-1].json["error"]["code"] == "too_many_requests"
    session = json.loads(answers[0].text[1:])["sid"]
    goes_on = client.post(f"{address}&sid={session}", data="40", environ_base=far)
    assert goes_on.status_code == 200, "what follows a handshake is no new one"
    assert client.get(address).status_code == 200, "loopback is exempt"


# --- whose requests they are

PREDICT = "/api/runs/nothing/predict"


def statuses(client: FlaskClient, path: str, times: int, **options: Any) -> list[int]:
    """What so many requests are answered: GET, or a prediction by POST."""
    ask = client.post if path == PREDICT else client.get
    body: dict[str, Any] = {"json": {"strokes": []}} if path == PREDICT else {}
    return [ask(path, **body, **options).status_code for _ in range(times)]


def test_a_class_behind_one_address_draws_without_rest() -> None:
    clock = Clock()
    budget = Budget(PREDICTIONS, clock)
    for _second in range(90):
        for student in range(30):
            waits = [budget.spend(f"owner {student}", "192.0.2.1") for _ in range(60)]
            assert waits == [0.0] * 60
        clock.now += 1


def test_an_address_is_worth_fifty_browsers() -> None:
    budget = Budget(4, Clock())
    owners = [f"owner {number}" for number in range(ADDRESS)]
    assert [budget.spend(owner, "192.0.2.1") for owner in owners * 4] == [0.0] * 200
    assert budget.spend("owner new", "192.0.2.1") == pytest.approx(60 / 200)
    assert budget.spend("owner new", "192.0.2.2") == 0.0


def test_what_is_refused_takes_nothing_from_others() -> None:
    budget = Budget(1, Clock())
    assert [bool(budget.spend("owner greedy", "192.0.2.1")) for _ in range(500)].count(False) == 1
    assert budget.spend("owner modest", "192.0.2.1") == 0.0


def test_each_browser_has_a_budget_of_its_own(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client(use_cookies=False)
    monkeypatch.setattr(LIMITS.get(app), "requests", Budget(2, Clock()))
    far = {"REMOTE_ADDR": "192.0.2.1"}
    make = OWNERS.get(app).make
    for headers in ({HEADER: make("")}, {"Cookie": f"{COOKIE}={make('')}"}, {}):
        assert statuses(client, "/healthz", 3, headers=headers, environ_base=far)[1:] == [200, 429]
    for number in range(3):
        forged = {"Cookie": f"{COOKIE}={number:022}"}
        assert statuses(client, "/healthz", 1, headers=forged, environ_base=far) == [429]


def test_predictions_have_a_budget_of_their_own(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = client.application
    monkeypatch.setattr(LIMITS.get(app), "requests", Budget(1, Clock()))
    monkeypatch.setattr(LIMITS.get(app), "predictions", Budget(3, Clock()))
    far = {"REMOTE_ADDR": "192.0.2.1"}
    assert statuses(client, "/healthz", 2, environ_base=far) == [200, 429]
    assert statuses(client, PREDICT, 4, environ_base=far) == [404, 404, 404, 429]
    look = client.post("/api/runs/nothing/look", json={"strokes": []}, environ_base=far)
    assert look.status_code == 429


@pytest.mark.parametrize("limit", ["1", "600", "100000"])
def test_a_small_limit_does_not_refuse_a_pen(tmp_path: Path, limit: str) -> None:
    environ = {"INKLING_DATA_DIR": str(tmp_path), "INKLING_RATE_LIMIT": limit}
    app = create_app(Settings.from_environ(environ))
    budget = LIMITS.get(app).predictions
    assert [budget.spend("owner a", "127.0.0.1") for _ in range(4000)] == [0.0] * 4000
    close(app)


def test_behind_a_trusted_proxy_each_address_counts(tmp_path: Path) -> None:
    environ = {"INKLING_TRUSTED_PROXIES": "1", "INKLING_RATE_LIMIT": "2"}
    app = create_app(Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path), **environ}))
    client = app.test_client(use_cookies=False)
    for address in ("192.0.2.1", "192.0.2.2"):
        headers = {"X-Forwarded-For": address}
        assert statuses(client, "/healthz", 3, headers=headers) == [200, 200, 429]
    close(app)


def test_every_predicting_endpoint_is_one(client: FlaskClient) -> None:
    assert set(client.application.view_functions) >= limits.PREDICTING


def test_a_reader_who_is_refused_gets_a_page_that_loads_itself(tmp_path: Path) -> None:
    environ = {"INKLING_DATA_DIR": str(tmp_path), "INKLING_RATE_LIMIT": "2"}
    app = create_app(Settings.from_environ(environ))
    client = app.test_client(use_cookies=False)
    page = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "zh-CN"}
    assert statuses(client, "/healthz", 2) == [200, 200]
    answer = client.get("/runs", headers=page)
    assert (answer.status_code, answer.mimetype) == (429, "text/html")
    wait = answer.headers["Retry-After"]
    assert f'http-equiv="refresh" content="{wait}"' in answer.text and "请稍候" in answer.text
    assert "Set-Cookie" in answer.headers, "named, it has a budget of its own"
    assert client.get("/runs").is_json and client.get("/api/runs", headers=page).is_json
    close(app)

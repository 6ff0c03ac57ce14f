"""Sizes of bodies and requests a minute."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import close
from webapp import limits
from webapp.app import create_app
from webapp.errors import TooManyRequests
from webapp.limits import BODIES, BODY, PREDICT_BODY
from webapp.rates import MAX_CLIENTS, RateLimiter
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


@pytest.mark.parametrize(("path", "limit"), [("check", BODY), ("runs/x/predict", PREDICT_BODY)])
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
    close(app)


def test_others_have_a_limit(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    app = client.application
    monkeypatch.setitem(app.extensions, "inkling_limiter", RateLimiter(1, Clock()))
    far = {"REMOTE_ADDR": "192.0.2.1"}
    answers = [client.get("/healthz", environ_base=far).status_code for _ in range(2)]
    assert answers == [200, 429]
    assert [client.get("/healthz").status_code for _ in range(3)] == [200] * 3
    with app.app_context(), pytest.raises(TooManyRequests):
        limits.spend("192.0.2.1")


def test_handshakes_of_sockets_count(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    app = client.application
    monkeypatch.setitem(app.extensions, "inkling_limiter", RateLimiter(2, Clock()))
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

"""Who may change a run: every route of a run, on servers of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import close, migrate
from tests.fakes.doubles import FakeLauncher, FakePredictor
from webapp.app import create_app
from webapp.runs import lifecycle
from webapp.schemas.config import RunConfig
from webapp.security.gate import SAFE_METHODS
from webapp.security.owners import HEADER, OWNERS
from webapp.settings import Settings
from webapp.web.api.guard import READING

TOKEN = "a token that is long enough"
ADMIN = "the administrator's own token"
PROXY = {"TRUSTED_PROXIES": "1"}
BOTH = {"ACCESS_TOKEN": TOKEN, "ADMIN_TOKEN": ADMIN}
Make = Callable[..., Flask]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes an application with other settings."""
    apps: list[Flask] = []

    def made(**environ: str) -> Flask:
        names = {f"INKLING_{name}": value for name, value in environ.items()}
        settings = Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path), **names})
        apps.append(create_app(settings, launcher=FakeLauncher(), predictor=FakePredictor()))
        migrate(apps[-1])
        return apps[-1]

    yield made
    for app in apps:
        close(app)


def named(app: Flask, token: str = "") -> FlaskClient:
    """A client that is an owner of its own, with a token where one is given."""
    client = app.test_client(use_cookies=False)
    owner = OWNERS.get(app).make("127.0.0.1")
    client.environ_base[f"HTTP_{HEADER.upper().replace('-', '_')}"] = owner
    if token:
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def queued(client: FlaskClient, config: dict[str, Any]) -> str:
    answer: Any = client.post("/api/runs", json=config)
    assert answer.status_code == 201
    return str(answer.json["id"])


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Every route that could change a run: method, address, endpoint."""
    return [
        (method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if "<run_id>" in rule.rule and "/workers/" not in rule.rule
        for method in sorted((rule.methods or set()) - SAFE_METHODS)
    ]


def rename(client: FlaskClient, run_id: str) -> tuple[int, str | None]:
    """What a change comes to: its status and the error's code."""
    answer: Any = client.patch(f"/api/runs/{run_id}", json={"name": "Another"})
    return answer.status_code, (answer.json.get("error") or {}).get("code")


def test_no_route_changes_another_ones_run(make: Make, config: dict[str, Any]) -> None:
    app = make(**PROXY)
    owner, other = named(app), named(app)
    run_id = queued(owner, config)
    before: Any = owner.get(f"/api/runs/{run_id}").json
    changing = [route for route in routes(app) if route[2] not in READING]
    assert len(changing) >= 7
    for method, rule, _endpoint in changing:
        answer: Any = other.open(rule.replace("<run_id>", run_id), method=method, json={})
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "not_yours"), rule
        assert "somebody else" in answer.json["error"]["message"]
    assert owner.get(f"/api/runs/{run_id}").json == before


def test_of_several_only_ones_own_are_deleted(make: Make, config: dict[str, Any]) -> None:
    app = make(**PROXY)
    owner, other = named(app), named(app)
    foreign, own = queued(owner, config), queued(other, config)
    answer: Any = other.post("/api/runs/delete", json={"runs": [foreign, own]})
    assert answer.json["deleted"] == [own]
    assert [(one["id"], one["code"]) for one in answer.json["kept"]] == [(foreign, "not_yours")]
    assert owner.get(f"/api/runs/{foreign}").status_code == 200


def test_others_may_watch_draw_and_duplicate(make: Make, config: dict[str, Any]) -> None:
    app = make(**PROXY)
    run_id = queued(named(app), config)
    assert {endpoint for _method, _rule, endpoint in routes(app)} >= READING
    other = named(app)
    assert other.get(f"/api/runs/{run_id}").status_code == 200
    assert other.post(f"/api/runs/{run_id}/duplicate").status_code == 200
    answer: Any = other.post(f"/api/runs/{run_id}/predict", json={"strokes": [[[0, 0], [9, 9]]]})
    assert answer.json["error"]["code"] != "not_yours", "it has not begun, which is another thing"


@pytest.mark.parametrize(
    ("environ", "owned", "free"),
    [
        ({}, 200, 200),
        ({"RATE_LIMIT": "600"}, 200, 200),
        (PROXY, 403, 200),
        ({"ACCESS_TOKEN": TOKEN}, 403, 200),
        ({"ADMIN_TOKEN": ADMIN}, 403, 403),
        (BOTH, 403, 403),
    ],
)
def test_who_may_change_what(
    make: Make, config: dict[str, Any], environ: dict[str, str], owned: int, free: int
) -> None:
    """A stranger's chances with a run that has an owner, and with one that has none."""
    app = make(**environ)
    token = environ.get("ACCESS_TOKEN", "")
    owner, other = named(app, token), named(app, token)
    with app.app_context():
        unowned = lifecycle.create(RunConfig.model_validate(config), 1, "address 192.0.2.7")["id"]
    run_id = queued(owner, config)
    assert rename(other, run_id)[0] == owned
    assert rename(other, unowned)[0] == free
    assert rename(owner, run_id) == (200, None)
    if "ADMIN_TOKEN" in environ:
        admin = named(app, ADMIN)
        assert rename(admin, run_id) == rename(admin, unowned) == (200, None)
        message: Any = other.delete(f"/api/runs/{unowned}").json
        assert "no owner" in message["error"]["message"]


def test_a_run_says_whether_it_has_an_owner(make: Make, config: dict[str, Any]) -> None:
    app = make()
    bare = app.test_client(use_cookies=False)
    for client, owned in ((named(app), True), (bare, False)):
        run: Any = client.get(f"/api/runs/{queued(client, config)}").json
        assert (run["owned"], run["owner"]["mine"]) == (owned, owned)


@pytest.mark.parametrize(
    ("environ", "token", "said"),
    [
        ({}, "", "all"),
        (PROXY, "", "free"),
        (BOTH, TOKEN, "own"),
        (BOTH, ADMIN, "all"),
    ],
)
def test_the_page_knows(make: Make, environ: dict[str, str], token: str, said: str) -> None:
    assert f'data-changes="{said}"' in named(make(**environ), token).get("/").text


def test_what_is_not_there_is_not_found(make: Make) -> None:
    assert rename(named(make(**PROXY)), "nothing") == (404, "run_not_found")

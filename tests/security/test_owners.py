"""Who made a run: a signed cookie for browsers, a signed header for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import close
from webapp.app import create_app
from webapp.security.owners import COOKIE, HEADER, OWNERS, maker, reader
from webapp.security.rates import RateLimiter
from webapp.settings import Settings

FAR = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def signed(client: FlaskClient) -> str:
    """An owner, as a program gets it."""
    answer: Any = client.post("/api/owners")
    assert answer.status_code == 201 and set(answer.json) == {"owner"}
    return str(answer.json["owner"])


def read(app: Flask, **headers: str) -> str | None:
    """The owner that a request with these headers proves."""
    with app.test_request_context(headers=headers):
        return reader()


def test_a_browser_is_named_once(client: FlaskClient) -> None:
    first = client.get("/").headers["Set-Cookie"]
    assert first.startswith(f"{COOKIE}=")
    assert "HttpOnly" in first and "SameSite=Lax" in first and "Max-Age=31536000" in first
    assert "Set-Cookie" not in client.get("/").headers
    assert first not in client.application.test_client().get("/").headers["Set-Cookie"]


def test_only_pages_name(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/api/runs").headers
    assert "Set-Cookie" not in client.get("/api/nothing").headers


def test_over_https_the_name_stays_there(client: FlaskClient) -> None:
    assert "Secure" in client.get("/", base_url="https://localhost").headers["Set-Cookie"]
    assert "Secure" not in client.get("/").headers.get("Set-Cookie", "")


@pytest.mark.parametrize(
    "value",
    ["", "short", "x" * 22, "x" * 23, "../" * 7 + "x", "é" * 22, "x" * 22 + "." + "y" * 43, "."],
)
def test_what_we_have_not_signed_is_no_owner(client: FlaskClient, value: str) -> None:
    app, client = client.application, client.application.test_client(use_cookies=False)
    headers = {"Cookie": f"{COOKIE}={value}", HEADER: value}
    with app.test_request_context(headers=headers, environ_base=FAR):
        assert reader() is None
        assert maker() == "address 192.0.2.7"
    assert "Set-Cookie" in client.get("/", headers=headers).headers, "a signed one in its place"


def test_a_changed_or_foreign_signature_is_none(app: Flask, signed: str, tmp_path: Path) -> None:
    assert read(app, **{HEADER: signed})
    name, _dot, signature = signed.partition(".")
    for forged in (f"{name[::-1]}.{signature}", f"{name}.{signature[::-1]}", signed + "A", name):
        assert read(app, **{HEADER: forged}) is None
    other = create_app(Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path / "other")}))
    assert read(other, **{HEADER: signed}) is None, "another server has another secret"
    close(other)


def test_cookie_and_header_say_the_same(app: Flask, signed: str) -> None:
    by_header, by_cookie = read(app, **{HEADER: signed}), read(app, Cookie=f"{COOKIE}={signed}")
    assert by_header is not None and by_header == by_cookie
    assert read(app, **{HEADER: "forged", "Cookie": f"{COOKIE}={signed}"}) == by_cookie


def test_an_owner_outlives_a_restart(app: Flask, settings: Settings, signed: str) -> None:
    again = create_app(settings)
    assert read(again, **{HEADER: signed}) == read(app, **{HEADER: signed})
    close(again)


def test_outside_of_a_request_nobody_reads(app: Flask) -> None:
    with app.app_context():
        assert reader() is None


def test_a_browser_can_forget_its_name(client: FlaskClient) -> None:
    client.get("/")
    assert client.get_cookie(COOKIE)
    assert client.delete("/api/owners").status_code == 204
    assert client.get_cookie(COOKIE) is None
    assert "Set-Cookie" in client.get("/").headers


def test_an_address_makes_so_many_owners(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OWNERS.get(app), "_limiter", RateLimiter(3, lambda: 0.0))
    fresh = app.test_client(use_cookies=False)
    assert all("Set-Cookie" in fresh.get("/", environ_base=FAR).headers for _ in range(2))
    assert fresh.post("/api/owners", environ_base=FAR).status_code == 201
    answer: Any = fresh.post("/api/owners", environ_base=FAR)
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) == 20
    page = fresh.get("/", environ_base=FAR)
    assert page.status_code == 200 and "Set-Cookie" not in page.headers
    assert fresh.post("/api/owners").status_code == 201, "loopback is exempt"


# --- runs


def make(client: FlaskClient, config: dict[str, Any], **headers: str) -> Any:
    return client.post("/api/runs", json=config, headers=headers).json


def test_a_run_says_whether_it_is_the_readers_own(
    app: Flask, config: dict[str, Any], signed: str
) -> None:
    browser, other = app.test_client(), app.test_client()
    browser.get("/"), other.get("/")
    mine, programs = make(browser, config), make(other, config, **{HEADER: signed})
    assert mine["owner"] == programs["owner"] == {"mine": True, "name": None}
    for asking, seen in ((browser, [False, True]), (other, [False, False])):
        runs: Any = asking.get("/api/runs").json
        assert [run["owner"]["mine"] for run in runs["runs"]] == seen
        assert [run["owner"]["name"] for run in runs["runs"]] == [None, None]
        run: Any = asking.get(f"/api/runs/{mine['id']}").json
        curve: Any = asking.get(f"/api/runs/{mine['id']}/curve").json
        assert run["owner"]["mine"] is curve["run"]["owner"]["mine"] is seen[1]
    again: Any = other.get(f"/api/runs/{programs['id']}", headers={HEADER: signed}).json
    assert again["owner"]["mine"] is True
    assert listed(browser, mine="1") == [mine["id"]] and listed(other, mine="1") == []


def listed(client: FlaskClient, **question: str) -> list[str]:
    answer: Any = client.get("/api/runs", query_string=question).json
    return [run["id"] for run in answer["runs"]]


def test_an_address_owns_nothing(app: Flask, config: dict[str, Any]) -> None:
    client = app.test_client()
    assert make(client, config)["owner"] == {"mine": False, "name": None}
    assert listed(client, mine="1") == []

"""The gate: names, origins, content types, the token, headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import close
from webapp.app import create_app
from webapp.settings import Settings

TOKEN = "a token that is long enough"
Make = Callable[..., FlaskClient]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes a client of an application with other settings."""
    apps: list[Flask] = []

    def client(**environ: str) -> FlaskClient:
        names = {f"INKLING_{name.upper()}": value for name, value in environ.items()}
        settings = Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path), **names})
        apps.append(create_app(settings))
        return apps[-1].test_client()

    yield client
    for app in apps:
        close(app)


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json["error"]["code"]


FOREIGN = [
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "localhost@evil.example",
    "localhost:80:80",
    "192.0.2.1",
    "evil.example#localhost",
    "[::1].evil.example",
    "[::1]evil.example",
    "evil.example[::1]",
    "[::1",
    "::1",
    "[::1]]",
    "[::1%25lo]",
    "[127.0.0.1]",
    "[localhost]",
    "[v1.::1]",
    "localhost:",
    "localhost:0",
    "localhost:65536",
    "localhost:+80",
    "localhost:8_0",
    "localhost:x",
    "localhost ",
    " localhost",
    "localhost evil.example",
    "localhost,evil.example",
    "localhost/evil.example",
    "localhost?evil.example",
    "localhost\\evil.example",
    "localhost%00",
    "user:word@localhost",
    "@localhost",
    "localhost..",
    ".localhost",
    "evil..localhost",
    "localhost\u2024",
    "",
]


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize(
    "path", ["/healthz", "/api/catalog", "/static/x", "/socket.io/?EIO=4&transport=polling"]
)
def test_a_foreign_host_is_refused(client: FlaskClient, host: str, path: str) -> None:
    response = client.get(path, headers={"Host": host})
    assert code(response) == (400, "foreign_host")


def test_people_are_reported_which_setting_lets_a_host_in(client: FlaskClient) -> None:
    headers = {"Host": "Lab.example:8000", "Accept": "text/html,*/*;q=0.8"}
    answer = client.get("/runs", headers=headers)
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "INKLING_ALLOWED_HOSTS=lab.example<" in answer.text
    assert "does not accept that host name" in answer.text
    assert not re.search(r"<script|<style|<link| style=| src=", answer.text), "nothing else comes"
    chinese = client.get("/", headers={**headers, "Accept-Language": "zh-CN"}).text
    assert '<html lang="zh-Hans">' in chinese and "服务器不接受这个主机名" in chinese
    for path in ("/api/runs", "/socket.io/", "/static/x"):
        assert code(client.get(path, headers=headers)) == (400, "foreign_host")


@pytest.mark.parametrize(
    "host", ["<b>evil</b>.example", '"onload=x', "$(reboot)", "a;b", "`a`", "é.example", "x" * 300]
)
def test_a_name_that_is_none_is_not_repeated(client: FlaskClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host, "Accept": "text/html"})
    assert answer.status_code == 400 and answer.mimetype == "text/html"
    assert host not in answer.text and "INKLING_ALLOWED_HOSTS " in answer.text


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1:8000",
        "[::1]:8000",
        "LOCALHOST",
        "localhost.",
        "[::1]",
        "lab.localhost:1",
    ],
)
def test_own_hosts_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_allowed_hosts_are_answered(make: Make) -> None:
    client = make(allowed_hosts="lab.example")
    assert client.get("/healthz", headers={"Host": "Lab.example:80"}).status_code == 200


def test_addresses_are_answered_where_others_reach_the_server(make: Make) -> None:
    client = make(host="0.0.0.0", access_token=TOKEN)
    assert client.get("/healthz", headers={"Host": "192.0.2.1:8000"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400


def test_a_forwarded_host_is_not_believed(client: FlaskClient) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "localhost"}
    assert code(client.get("/healthz", headers=headers)) == (400, "foreign_host")


def test_a_trusted_proxy_is_believed(make: Make) -> None:
    client = make(trusted_proxies="1", allowed_hosts="lab.example")
    forwarded = {
        "Host": "127.0.0.1",
        "X-Forwarded-Host": "lab.example",
        "X-Forwarded-Proto": "https",
    }
    origin = {"Origin": "https://lab.example"}
    assert client.post("/api/check", json={}, headers=forwarded | origin).status_code == 422
    forwarded["X-Forwarded-Host"] = "evil.example"
    assert code(client.get("/healthz", headers=forwarded)) == (400, "foreign_host")


@pytest.mark.parametrize(
    "name", ["Accept", "Accept-Encoding", "If-None-Match", "Origin", "Content-Type", "X-Anything"]
)
@pytest.mark.parametrize("path", ["/healthz", "/socket.io/?EIO=4&transport=polling", "/none"])
def test_a_long_header_is_refused_unread(client: FlaskClient, name: str, path: str) -> None:
    response = client.get(path, headers={name: "a," * 2049, "Accept-Language": "zh"})
    assert code(response) == (431, "header_too_long")
    assert response.get_json()["error"]["message"] == "请求的某个头部字段太长。"
    assert response.headers["Connection"] == "close"


def test_long_cookies_and_addresses_are_honest(app: Flask) -> None:
    client = app.test_client(use_cookies=False)  # else it sends its own
    headers = {"Cookie": "other=" + "a" * 16_000, "Referer": "http://localhost/?" + "a" * 16_000}
    assert client.get("/healthz", headers=headers).status_code == 200
    assert client.get("/healthz", headers={"Accept": "a," * 2048}).status_code == 200
    headers["Cookie"] *= 2
    assert code(client.get("/healthz", headers=headers)) == (431, "header_too_long")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://localhost:x"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_changes_from_elsewhere_are_refused(
    client: FlaskClient, headers: dict[str, str], method: str
) -> None:
    response = client.open("/api/runs/1", method=method, json={}, headers=headers)
    assert code(response) == (403, "foreign_origin")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost:80", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_own_pages_and_programs_may_change(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/api/check", json={}, headers=headers).status_code == 422


def test_questions_may_come_from_anywhere(client: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.get("/healthz", headers=headers).status_code == 200


def test_sockets_from_elsewhere_are_refused(client: FlaskClient) -> None:
    path = "/socket.io/?EIO=4&transport=polling"
    response = client.get(path, headers={"Origin": "http://evil.example"})
    assert code(response) == (403, "foreign_origin")
    assert client.get(path, headers={"Origin": "http://localhost"}).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_change_must_be_json(client: FlaskClient, kind: str | None) -> None:
    response = client.post("/api/check", data=b"{}", content_type=kind)
    assert code(response) == (415, "wrong_content_type")


def test_a_form_without_a_body_is_no_json_either(client: FlaskClient) -> None:
    response = client.post("/api/runs/1/stop", content_type="text/plain")
    assert code(response) == (415, "wrong_content_type")
    assert code(client.post("/api/runs/1/stop")) == (404, "run_not_found")


def test_only_models_come_as_multipart(client: FlaskClient) -> None:
    response = client.post("/api/check", data={"file": (b"", "x")})
    assert response.status_code == 415
    assert client.post("/api/models", data={"other": "x"}).status_code == 415
    form = {"data": {"other": "x"}, "content_type": "multipart/form-data"}
    assert code(client.post("/api/models", **form)) == (422, "invalid_model")
    form["headers"] = {"Origin": "http://evil.example"}
    assert code(client.post("/api/models", **form)) == (403, "foreign_origin")


def test_the_token_opens(make: Make) -> None:
    client = make(access_token=TOKEN)
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/api/catalog", headers=right).status_code == 200
    assert client.get("/healthz").status_code == 200
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {TOKEN}"}):
        for path in ("/api/catalog", "/", "/socket.io/?EIO=4&transport=polling"):
            response = client.get(path, headers=wrong)
            assert code(response) == (401, "unauthorized")
            assert response.headers["WWW-Authenticate"] == "Bearer"


def test_workers_bring_their_own_token(make: Make) -> None:
    client = make(access_token=TOKEN)
    response = client.get("/api/workers/runs/1/attempts/1/job")
    assert code(response) == (401, "unauthorized")
    assert "WWW-Authenticate" not in response.headers  # its own route said so, not the gate


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/socket.io/?EIO=4&transport=polling"])
def test_every_answer_has_the_headers(client: FlaskClient, path: str) -> None:
    for host in ("localhost", "evil.example"):
        headers = client.get(path, headers={"Host": host}).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_refusals_speak_the_readers_language(client: FlaskClient) -> None:
    headers = {"Host": "evil.example", "Accept-Language": "zh-CN,zh;q=0.9"}
    response: Any = client.get("/", headers=headers)
    assert response.json["error"]["message"] == "服务器不接受这个主机名。"

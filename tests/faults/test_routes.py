"""Requests that must not come in, sent raw to a real server: refused, and in its log."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.fakes.doubles import wait_until
from tests.server_process import Server, end, serving

TOKEN = "a token that is long enough"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without a token."""
    with serving(tmp_path_factory.mktemp("routes") / "data") as made:
        yield made
        assert "Traceback" not in end(made)[1]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with an access token."""
    where = tmp_path_factory.mktemp("guarded") / "data"
    with serving(where, INKLING_ACCESS_TOKEN=TOKEN) as made:
        yield made
        log = log_of(made)
        assert TOKEN not in log + end(made)[1]


def log_of(server: Server) -> str:
    return (server.data_dir / "logs" / "server.log").read_text()


def raw(server: Server, *lines: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """Send a request as it is written; status, headers and body of the answer."""
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "Connection: close", "", ""])
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(head.encode("latin-1") + body)
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    head_bytes, _gap, content = answer.partition(b"\r\n\r\n")
    first, *rest = head_bytes.decode("latin-1").split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in rest), content


def refused(server: Server, code: str, *lines: str, body: bytes = b"") -> dict[str, Any]:
    """The error of a request that is refused with ``code``, which the log tells too."""
    before = log_of(server).count(f"refused {code}: ")
    _status, _headers, content = raw(server, *lines, body=body)
    error: dict[str, Any] = json.loads(content)["error"]
    assert error["code"] == code
    assert log_of(server).count(f"refused {code}: ") == before + 1
    return error


# --- names and sites


@pytest.mark.parametrize("path", ["/", "/api/runs", "/static/x", "/socket.io/?EIO=4", "/healthz"])
def test_a_foreign_host(server: Server, path: str) -> None:
    refused(server, "foreign_host", f"GET {path} HTTP/1.1", "Host: evil.example")


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_a_foreign_origin(server: Server, method: str) -> None:
    refused(
        server,
        "foreign_origin",
        f"{method} /api/runs/x HTTP/1.1",
        "Host: localhost",
        "Origin: http://evil.example",
        "Content-Type: application/json",
        body=b"{}",
    )


def test_a_foreign_page_opens_no_socket(server: Server) -> None:
    refused(
        server,
        "foreign_origin",
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        "Host: localhost",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Origin: http://evil.example",
    )


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x", "text/plain"])
@pytest.mark.parametrize(
    "path",
    ["/api/runs", "/api/models", "/api/runs/x/stop", "/api/datasets/mnist/download", "/login"],
)
def test_a_cross_site_form_post(server: Server, path: str, kind: str) -> None:
    refused(
        server,
        "foreign_origin",
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        f"Content-Type: {kind}",
        body=b"a=b",
    )


@pytest.mark.parametrize("kind", [FORM, "text/plain"])
def test_a_form_of_a_browser_that_says_nothing_of_its_site(server: Server, kind: str) -> None:
    status, _headers, _content = raw(
        server, "POST /api/runs HTTP/1.1", "Host: localhost", f"Content-Type: {kind}", body=b"{}"
    )
    assert status == 415


# --- tokens


@pytest.mark.parametrize("path", ["/api/runs", "/api/catalog", "/socket.io/?EIO=4"])
@pytest.mark.parametrize(
    "header", ["X: y", "Authorization: Bearer wrong", "Cookie: inkling_session=1.2.3"]
)
def test_a_missing_or_wrong_token(guarded: Server, path: str, header: str) -> None:
    refused(guarded, "unauthorized", f"GET {path} HTTP/1.1", "Host: localhost", header)


def test_what_is_right_stays_out_of_the_log_too(guarded: Server) -> None:
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert requests.get(f"{guarded.url}/api/runs", headers=right, timeout=10).ok
    page = requests.post(
        f"{guarded.url}/login", data={"token": TOKEN}, allow_redirects=False, timeout=10
    )
    session = page.cookies["inkling_session"]
    assert requests.get(
        f"{guarded.url}/api/runs", cookies={"inkling_session": session}, timeout=10
    ).ok
    foreign = {"Host": "evil.example", "Cookie": f"inkling_session={session}", **right}
    for path in (f"/?token={TOKEN}", f"/socket.io/?EIO=4&token={TOKEN}"):
        requests.get(guarded.url + path, headers=foreign, timeout=10)
    log = log_of(guarded)
    assert "foreign_host" in log
    assert TOKEN not in log and session not in log


def test_an_old_attempts_token(server: Server, config: dict[str, Any]) -> None:
    """And a wrong one, and another run's: each opens its own run and attempt alone."""
    run_id = server.create({**config, "fit": {"epochs": 1000}}, name="slow")
    wait_until(lambda: server.status(run_id) == "running", 30)
    attempt = server.get(f"/api/runs/{run_id}")["attempt"]
    authorization = ("Host: localhost", "Authorization: Bearer wrong")
    for path, status, reason in (
        (f"{run_id}/attempts/{attempt}/job", 401, "401"),
        (f"{run_id}/attempts/{attempt - 1}/job", 409, "stale_attempt"),
        (f"{run_id}/attempts/{attempt + 1}/job", 409, "stale_attempt"),
        (f"nobody/attempts/{attempt}/job", 409, "stale_attempt"),
    ):
        found, _headers, _body = raw(
            server, f"GET /api/workers/runs/{path} HTTP/1.1", *authorization
        )
        assert found == status, path
        assert f"refused {reason}: 'GET /api/workers/runs/{path}'" in log_of(server)
    requests.post(f"{server.url}/api/runs/{run_id}/stop", timeout=10)
    wait_until(lambda: server.status(run_id) == "stopped", 30)


def test_a_run_token_opens_nothing_else(guarded: Server) -> None:
    """The workers' routes ask no access token, so nothing else may hide behind their prefix."""
    for path in ("/api/workers/../runs", "/api/workers/%2e%2e/runs", "/api/workers//api/runs"):
        status, _headers, body = raw(guarded, f"GET {path} HTTP/1.1", "Host: localhost")
        assert status in (401, 404) and b'"runs"' not in body


# --- paths

SECRET = "the secret outside"

UPWARDS = (
    "../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "....//", "%252e%252e%252f",
    "..%00/", "..%c0%af", "/", "//",
)  # fmt: skip

ROUTES = (
    "/static/{}", "/{static}/{}", "/{static}/js/{}", "/api/runs/{}", "/api/runs/{}/model",
    "/api/runs/{}/events", "/api/runs/{}/code", "/api/datasets/{}/download", "/runs/{}",
    "/api/workers/runs/{}/attempts/1/job", "/api/workers/runs/{}/attempts/1/checkpoints/1", "/{}",
)  # fmt: skip


def targets(server: Server) -> list[str]:
    """Files that a path could lead to: below the data directory, and of the system."""
    secret = server.data_dir.parent / "secret.txt"
    secret.write_text(SECRET)
    return [str(secret), "secret.txt", "etc/passwd", "wsgi.py", "inkling.sqlite"]


QUICK_ROUTES = ("/{static}/{}", "/api/runs/{}/model", "/{}")


@pytest.mark.parametrize("route", QUICK_ROUTES)
def test_a_path_does_not_lead_out(server: Server, route: str) -> None:
    leads_nowhere(server, route, targets(server)[:1])


@pytest.mark.long
@pytest.mark.parametrize("route", ROUTES)
def test_no_path_leads_out(server: Server, route: str) -> None:
    leads_nowhere(server, route, targets(server))


def leads_nowhere(server: Server, route: str, names: list[str]) -> None:
    """Nothing outside is shown or changed, by whatever way up."""
    static = requests.get(server.url, timeout=10).text.partition('href="/static/')[2].split("/")[0]
    for target in names:
        for up in UPWARDS:
            path = route.replace("{static}", f"static/{static}").replace("{}", up * 8 + target)
            for method in ("GET", "PUT"):
                status, _headers, body = raw(
                    server, f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Type: x/y"
                )
                assert status in (301, 302, 308, 400, 401, 404, 405, 409, 415), path
                assert SECRET.encode() not in body and b"root:" not in body, path
                assert str(server.data_dir).encode() not in body, path
    assert (server.data_dir.parent / "secret.txt").read_text() == SECRET


def test_paths_that_lead_out_are_told_of(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as fresh:
        raw(fresh, "GET /static/..%2f..%2fwsgi.py HTTP/1.1", "Host: localhost")
        raw(fresh, "GET /api/runs/..%5c..%5cx/model HTTP/1.1", "Host: localhost")
        log = log_of(fresh)
        end(fresh)
    assert "refused traversal: 'GET /static/../../wsgi.py'" in log
    assert "refused traversal: 'GET /api/runs/..\\\\..\\\\x/model'" in log

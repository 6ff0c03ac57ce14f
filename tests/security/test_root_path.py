"""Everything under a path: from the setting, or from a trusted proxy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import close, migrate
from webapp.app import create_app
from webapp.settings import Settings, SettingsError

TOKEN = "a token that is long enough"
PAGE = {"Accept": "text/html,*/*;q=0.8"}
Make = Callable[..., FlaskClient]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes a client of an application with other settings."""
    apps: list[Flask] = []

    def client(**environ: str) -> FlaskClient:
        names = {f"INKLING_{name.upper()}": value for name, value in environ.items()}
        app = create_app(Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path), **names}))
        migrate(app)
        apps.append(app)
        return app.test_client()

    yield client
    for app in apps:
        close(app)


def addresses(html: str) -> list[str]:
    """What a page names: links, scripts, styles, where its forms go."""
    return re.findall(r'\s(?:href|src|action)="([^"#][^"]*)"', html)


WAYS: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"root_path": "/inkling"}, {}),
    ({"trusted_proxies": "1"}, {"X-Forwarded-Prefix": "/inkling"}),
    ({"trusted_proxies": "2"}, {"X-Forwarded-Prefix": "/inkling"}),
    ({"trusted_proxies": "1"}, {"X-Forwarded-Prefix": "/elsewhere, /inkling"}),
    ({"trusted_proxies": "1"}, {"X-Forwarded-Prefix": "/inkling/"}),
    ({"trusted_proxies": "1", "root_path": "/inkling"}, {"X-Forwarded-Prefix": "/other"}),
]
"""Settings and headers of which each says that the root path is /inkling."""


@pytest.mark.parametrize("sent", ["/inkling", ""], ids=["kept by the proxy", "taken away"])
@pytest.mark.parametrize(("settings", "headers"), WAYS)
def test_all_that_a_page_names_lies_under_it(
    make: Make, settings: dict[str, str], headers: dict[str, str], sent: str
) -> None:
    client = make(**settings)
    for path in ("/", "/runs", "/lessons", "/lessons/3", "/data", "/?run=abc", "/no-such-page"):
        answer = client.get(f"{sent}{path}", headers={**PAGE, **headers})
        assert answer.status_code == (404 if path == "/no-such-page" else 200)
        found = addresses(answer.text)
        assert found and {one for one in found if not one.startswith("/inkling/")} == set()
        assert ' data-root="/inkling"' in answer.text
        assert all(
            "Path=/inkling" in one.split("; ") for one in answer.headers.getlist("Set-Cookie")
        )
    for address in addresses(client.get(f"{sent}/", headers=headers).text):
        if "/static/" in address:
            with client.get(sent + address.removeprefix("/inkling"), headers=headers) as file:
                assert file.status_code == 200


@pytest.mark.parametrize("sent", ["/inkling", ""])
@pytest.mark.parametrize(("settings", "headers"), WAYS)
def test_the_api_lies_under_it(
    make: Make,
    config: dict[str, Any],
    settings: dict[str, str],
    headers: dict[str, str],
    sent: str,
) -> None:
    client = make(**settings)
    made: Any = client.post(f"{sent}/api/runs", json=config, headers=headers)
    assert made.headers["Location"] == f"/inkling/api/runs/{made.json['id']}"
    shown = client.get(f"{sent}/runs/{made.json['id']}", headers=headers)
    assert shown.headers["Location"] == f"/inkling/?run={made.json['id']}"
    document: Any = client.get(f"{sent}/api/openapi.json", headers=headers).json
    assert document["servers"] == [{"url": "/inkling"}]
    sockets = client.get(f"{sent}/socket.io/?EIO=4&transport=polling", headers=headers)
    assert sockets.status_code == 200 and sockets.text.startswith("0{")
    worker = client.get(
        f"{sent}/api/workers/runs/{made.json['id']}/attempts/1/job", headers=headers
    )
    assert worker.status_code == 401, "the worker's own token is asked for, not the reader's"


def test_what_the_gate_guards_lies_under_it(make: Make) -> None:
    """Paths that are open, that take forms or files, that sockets use: with and without."""
    client = make(root_path="/inkling", access_token=TOKEN)
    for sent in ("/inkling", ""):
        assert client.get(f"{sent}/healthz").status_code == 200
        assert client.get(f"{sent}/api/catalog").status_code == 401
        assert client.get(f"{sent}/socket.io/?EIO=4&transport=polling").status_code == 401
        address = client.application.static_url_path
        with client.get(f"{sent}{address}/css/login.css") as style:
            assert style.status_code == 200
        foreign = {"Origin": "http://evil.example"}
        assert client.post(f"{sent}/login", headers=foreign).status_code == 403
        form = client.post(f"{sent}/api/check", data={"a": "b"})
        assert form.status_code == 401


def test_logging_in_stays_under_it(make: Make) -> None:
    client = make(root_path="/inkling", access_token=TOKEN)
    first = client.get("/inkling/runs?a=1", headers=PAGE)
    where = first.headers["Location"]
    assert (first.status_code, where) == (303, "/inkling/login?next=/runs%3Fa%3D1")
    assert {one for one in addresses(client.get(where).text) if "/inkling/" not in one} == set()
    done = client.post(where, data={"token": TOKEN})
    assert (done.status_code, done.headers["Location"]) == (303, "/inkling/runs?a=1")
    assert "Path=/inkling" in done.headers["Set-Cookie"].split("; ")
    assert client.get("/inkling/runs", headers=PAGE).status_code == 200
    out = client.post("/inkling/logout", content_type="application/x-www-form-urlencoded")
    assert out.headers["Location"] == "/inkling/login"
    assert client.get("/inkling/api/catalog").status_code == 401, "the cookie is gone"


@pytest.mark.parametrize("path", ["/../other", "/a/../../other", "/%2e%2e/other", "/runs/.."])
def test_logging_in_leads_to_no_other_program_of_the_proxy(make: Make, path: str) -> None:
    client = make(root_path="/inkling", access_token=TOKEN)
    done = client.post("/inkling/login", query_string={"next": path}, data={"token": TOKEN})
    assert done.headers["Location"] == "/inkling/"


def test_the_bare_path_is_the_studio(make: Make) -> None:
    client = make(root_path="/inkling")
    assert 'id="build"' in client.get("/inkling").text
    assert client.get("/inklings", headers=PAGE).status_code == 404


NO_PATHS = [
    "inkling", "//inkling", "//evil.example", "/ink ling", "/a//b", "/a?b", "/a#b", "/a%2f", "/..",
    "/a/../b", "/.", "/a\\b", '/a"b', "/<b>", "/é", "/a;b", "http://evil.example",
]  # fmt: skip


@pytest.mark.parametrize("root", NO_PATHS)
def test_what_is_no_root_path_is_ignored_or_refused(make: Make, root: str) -> None:
    client = make(trusted_proxies="1")
    html = client.get("/", headers={"X-Forwarded-Prefix": root.encode().decode("latin-1")}).text
    assert {one for one in addresses(html) if not re.match(r"/(?!/)", one)} == set()
    assert "data-root" not in html
    with pytest.raises(SettingsError, match="INKLING_ROOT_PATH"):
        Settings.from_environ({"INKLING_ROOT_PATH": root})


@pytest.mark.parametrize("root", ["/inkling/", "/a/"])
def test_a_slash_at_the_end_of_the_setting_is_refused(root: str) -> None:
    with pytest.raises(SettingsError, match="without a slash at its end"):
        Settings.from_environ({"INKLING_ROOT_PATH": root})


@pytest.mark.parametrize("root", ["/api", "/static/x", "/socket.io", "/runs", "/login/x"])
def test_a_root_path_is_no_path_of_our_own(make: Make, root: str) -> None:
    with pytest.raises(SettingsError, match="INKLING_ROOT_PATH must not begin with /"):
        make(root_path=root)


def test_a_stranger_chooses_no_root_path(client: FlaskClient) -> None:
    html = client.get("/", headers={"X-Forwarded-Prefix": "/evil"}).text
    assert "/evil" not in html


def test_no_root_path_is_no_change(client: FlaskClient) -> None:
    first = client.get("/")
    assert '<html lang="en">' in first.text
    assert "Path=/" in first.headers["Set-Cookie"].split("; ")
    assert client.get("/api/openapi.json").get_json()["servers"] == [{"url": "/"}]

"""The login form, its sessions, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import close
from webapp.app import create_app
from webapp.errors import TooManyRequests
from webapp.security.access import COOKIE, GUESSES, SESSION_SECONDS, Access
from webapp.security.limits import FORM_BODY
from webapp.settings import Settings
from webapp.web.login import is_own_path

TOKEN = "a token that is long enough"
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a server with an access token."""
    environ = {"INKLING_DATA_DIR": str(tmp_path), "INKLING_ACCESS_TOKEN": TOKEN}
    app = create_app(Settings.from_environ(environ))
    yield app.test_client()
    close(app)


def log_in(client: FlaskClient, token: str = TOKEN, path: str = "/login", **options: Any) -> Any:
    return client.post(path, data={"token": token}, **options)


def test_a_browser_without_a_token_is_sent_to_the_form_and_back(guarded: FlaskClient) -> None:
    first = guarded.get("/runs?a=1&b=%2F", headers=PAGE)
    assert first.status_code == 303
    where = first.headers["Location"]
    form = guarded.get(where, headers=PAGE)
    assert form.status_code == 200 and 'type="password"' in form.text
    assert form.headers["Cache-Control"] == "no-store"
    done = log_in(guarded, path=where)
    assert (done.status_code, done.headers["Location"]) == (303, "/runs?a=1&b=%2F")
    assert guarded.get("/runs", headers=PAGE).status_code == 200
    assert guarded.get("/api/catalog").status_code == 200
    assert guarded.get("/socket.io/?EIO=4&transport=polling").status_code == 200
    assert guarded.get("/login?next=/runs").headers["Location"] == "/runs"


def test_what_the_form_needs_is_there_before_the_token(guarded: FlaskClient) -> None:
    address = f"{guarded.application.static_url_path}/css/login.css"
    with guarded.get(address) as style:
        assert style.status_code == 200
    form = guarded.get("/login", headers={**PAGE, "Accept-Language": "zh-CN"}).text
    assert '<html lang="zh-Hans">' in form and "访问令牌" in form
    assert "/logout" not in form


def test_a_browser_that_keeps_no_cookie_is_reported(guarded: FlaskClient) -> None:
    where = "/login?next=/runs"
    sent = log_in(guarded, path=where, headers=PAGE)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/login?next=/runs&sent=1")
    assert guarded.get(sent.headers["Location"]).headers["Location"] == "/runs"
    guarded.delete_cookie(COOKIE)
    again = guarded.get(sent.headers["Location"], headers=PAGE)
    assert again.status_code == 200 and "Allow cookies" in again.text
    assert 'action="/login?next=/runs"' in again.text
    assert "Allow cookies" not in guarded.get(where, headers=PAGE).text


def test_programs_get_no_form(guarded: FlaskClient) -> None:
    for headers, path in ((PAGE, "/api/runs"), ({}, "/"), ({"Accept": "*/*"}, "/runs")):
        answer: Any = guarded.get(path, headers=headers)
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "unauthorized")
    assert guarded.post("/runs", json={}, headers=PAGE).status_code == 401


def test_the_cookie_is_kept_from_scripts_and_other_sites(guarded: FlaskClient) -> None:
    cookie = log_in(guarded).headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=") and TOKEN not in cookie
    assert {"HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={SESSION_SECONDS}"} <= {
        *cookie.split("; ")
    }
    assert "Secure" not in cookie
    over_tls = log_in(guarded, base_url="https://localhost").headers["Set-Cookie"]
    assert "Secure" in over_tls.split("; ")


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        ("not the token of this", "This is not the access token"),
        (" ", "The access token is needed"),
    ],
)
def test_a_wrong_token_is_reported_beside_the_field(
    guarded: FlaskClient, token: str, sentence: str
) -> None:
    answer = log_in(guarded, token, path="/login?next=/runs")
    assert answer.status_code == 422 and "Set-Cookie" not in answer.headers
    assert sentence in answer.text and 'aria-invalid="true"' in answer.text
    assert 'action="/login?next=/runs"' in answer.text
    assert token.strip() == "" or token not in answer.text


def test_guessing_ends_soon_also_from_this_machine(guarded: FlaskClient) -> None:
    for _ in range(GUESSES // 2):
        assert log_in(guarded, "wrong").status_code == 422
        headers = {"Authorization": "Bearer wrong"}
        assert guarded.get("/api/catalog", headers=headers).status_code == 401
    for token in ("wrong", TOKEN):
        answer = log_in(guarded, token)
        assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.get("/api/catalog", headers=right).status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
    assert log_in(guarded, environ_base=elsewhere).status_code == 303
    assert guarded.get("/api/catalog").status_code == 200, "a session is no guess"


def test_logging_out(guarded: FlaskClient) -> None:
    log_in(guarded)
    assert 'action="/logout"' in guarded.get("/runs", headers=PAGE).text
    form = "application/x-www-form-urlencoded"
    for _ in ("once", "from a tab that was left open"):
        assert guarded.post("/logout", content_type=form).headers["Location"] == "/login"
        assert guarded.get("/api/catalog").status_code == 401


@pytest.mark.parametrize("path", ["/login", "/logout"])
@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_forms_of_other_sites_are_refused(
    guarded: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    log_in(guarded)
    answer: Any = log_in(guarded, path=path, headers=headers)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "foreign_origin")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/", "//evil.example", "//[", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "evil.example", "",
        "/" + "x" * 3000,
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(guarded: FlaskClient, path: str) -> None:
    assert not is_own_path(path)
    answer = guarded.post("/login", query_string={"next": path}, data={"token": TOKEN})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_server_without_a_token_has_no_form(client: FlaskClient) -> None:
    page = client.get("/runs", headers=PAGE).text
    assert "data-admin" in page and "data-shared" not in page
    assert client.get("/login?next=/runs").headers["Location"] == "/runs"
    assert log_in(client).headers["Location"] == "/"
    assert "/logout" not in client.get("/runs", headers=PAGE).text


# --- the administrator

ADMIN = "the administrator's own token"


@pytest.fixture
def administered(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a server where only the administrator has a token."""
    environ = {"INKLING_DATA_DIR": str(tmp_path), "INKLING_ADMIN_TOKEN": ADMIN}
    app = create_app(Settings.from_environ(environ))
    yield app.test_client()
    close(app)


def test_visitors_of_an_administered_server_need_no_login(administered: FlaskClient) -> None:
    page = administered.get("/runs", headers=PAGE)
    assert page.status_code == 200 and "data-shared" in page.text
    assert "data-admin" not in page.text and 'href="/login"' in page.text
    assert "Administrator's token" in administered.get("/login", headers=PAGE).text


def test_the_administrator_logs_in_and_out(administered: FlaskClient) -> None:
    assert log_in(administered, ADMIN, path="/login?next=/runs").headers["Location"] == "/runs"
    page = administered.get("/runs", headers=PAGE).text
    assert "data-admin" in page and 'action="/logout"' in page and 'href="/login"' not in page
    form = "application/x-www-form-urlencoded"
    assert administered.post("/logout", content_type=form).headers["Location"] == "/"
    assert "data-admin" not in administered.get("/runs", headers=PAGE).text


def test_guesses_of_the_administrators_token_are_counted(administered: FlaskClient) -> None:
    answer = log_in(administered, "wrong")
    assert answer.status_code == 422 and "not the administrator&#39;s token" in answer.text
    for _ in range(GUESSES - 1):
        headers = {"Authorization": "Bearer wrong"}
        assert administered.get("/api/catalog", headers=headers).status_code == 401
    assert log_in(administered, ADMIN).status_code == 429
    assert administered.get("/api/catalog").status_code == 200


def test_one_form_takes_both_tokens(tmp_path: Path) -> None:
    environ = {"INKLING_ACCESS_TOKEN": TOKEN, "INKLING_ADMIN_TOKEN": ADMIN}
    app = create_app(Settings.from_environ({"INKLING_DATA_DIR": str(tmp_path), **environ}))
    for token, admin in ((TOKEN, False), (ADMIN, True)):
        browser, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
        assert browser.get("/", headers=PAGE).status_code == 303
        assert log_in(browser, token).status_code == 303
        assert ("data-admin" in browser.get("/", headers=PAGE).text) is admin
        assert ("data-admin" in app.test_client().get("/", headers=headers).text) is admin
    close(app)


# --- sessions


def test_a_session_is_worth_the_token_that_opened_it(tmp_path: Path) -> None:
    both = Access({"visitor": TOKEN, "admin": ADMIN}, tmp_path)
    visitor, admin = both.open_session("visitor"), both.open_session("admin")
    assert (both.role_in(visitor), both.role_in(admin)) == ("visitor", "admin")
    later = Access({"visitor": TOKEN, "admin": ADMIN + "!"}, tmp_path)
    assert (later.role_in(visitor), later.role_in(admin)) == ("visitor", None)


def test_a_session_outlives_a_restart_but_not_its_token_time_or_secret(tmp_path: Path) -> None:
    now = [1000.0]
    cookie = Access({"visitor": TOKEN}, tmp_path, lambda: now[0]).open_session("visitor")
    again = Access({"visitor": TOKEN}, tmp_path, lambda: now[0])
    assert again.role_in(cookie)
    assert not Access({"visitor": TOKEN + "!"}, tmp_path, lambda: now[0]).role_in(cookie)
    assert not Access({"visitor": TOKEN}, tmp_path / "other", lambda: now[0]).role_in(cookie)
    now[0] += SESSION_SECONDS
    assert not again.role_in(cookie)


def test_a_changed_cookie_is_none(tmp_path: Path) -> None:
    access = Access({"visitor": TOKEN}, tmp_path)
    ends, number, signature = access.open_session("visitor").split(".")
    later = f"{int(ends) + 1}.{number}.{signature}"
    for cookie in ("", ".", "..", TOKEN, "é.ü.ß", later, f"{ends}.{signature}", "9" * 5000):
        assert not access.role_in(cookie)


def test_the_secret_is_its_owners_alone(tmp_path: Path) -> None:
    Access({"visitor": TOKEN}, tmp_path).open_session("visitor")
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_a_network_of_ipv6_is_one_guesser(tmp_path: Path) -> None:
    access = Access({"visitor": TOKEN}, tmp_path)
    for number in range(GUESSES):
        assert not access.role_of("wrong", f"2001:db8::{number:x}")
    with pytest.raises(TooManyRequests):
        access.role_of(TOKEN, "2001:db8::ffff")
    assert access.role_of(TOKEN, "2001:db8:0:1::1")


def test_a_form_holds_a_token_and_no_more(guarded: FlaskClient) -> None:
    """The page says so beside its field; nothing else of it is read."""
    answer = log_in(guarded, "x" * FORM_BODY, path="/login?next=/runs")
    assert answer.status_code == 413 and answer.headers["Connection"] == "close"
    assert 'id="token-fault"' in answer.text and 'action="/login?next=/runs"' in answer.text
    assert guarded.post("/logout", data={"x": "x" * FORM_BODY}).status_code == 413
    assert log_in(guarded, "x" * 1000).status_code == 422

"""The one shape of an error."""

from __future__ import annotations

import errno
import logging

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext
from werkzeug.exceptions import HTTPException, default_exceptions

from webapp import errors
from webapp.database import writing
from webapp.errors import ApiError, FieldProblem
from webapp.http_errors import STATUS, OtherHttpError, status_of

KINDS: list[type[ApiError]] = [*STATUS, errors.DatabaseBusy, errors.NotJson]


def test_the_statuses_are_those_of_http() -> None:
    """By the codes that clients read."""
    assert {kind.code: status for kind, status in STATUS.items()} == {
        "bad_request": 400,
        "unauthorized": 401,
        "forbidden": 403,
        "not_found": 404,
        "method_not_allowed": 405,
        "wrong_state": 409,
        "too_large": 413,
        "wrong_content_type": 415,
        "invalid_input": 422,
        "too_many_requests": 429,
        "header_too_long": 431,
        "internal_error": 500,
        "unavailable": 503,
        "disk_full": 507,
    }


def test_every_error_has_an_http_status() -> None:
    assert {*ApiError.__subclasses__()} == {*STATUS, OtherHttpError}
    assert [status_of(kind()) for kind in (errors.DatabaseBusy, errors.NotJson)] == [503, 400]


@pytest.mark.parametrize("kind", KINDS)
def test_the_shape(app: Flask, kind: type[ApiError]) -> None:
    with app.test_request_context():
        body = kind(fields=[FieldProblem("a.b[0]", "is missing")]).as_json()
    assert list(body) == ["error"]
    assert list(body["error"]) == ["code", "message", "fields"]
    assert body["error"]["code"] == kind.code
    assert body["error"]["message"].endswith(".")
    assert body["error"]["fields"] == [{"path": "a.b[0]", "message": "is missing"}]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_speaks_chinese(app: Flask, kind: type[ApiError]) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-TW"}):
        assert kind().as_json()["error"]["message"].endswith("。")


@pytest.mark.parametrize("status", sorted(default_exceptions))
def test_http_errors_have_it_too(app: Flask, status: int) -> None:
    app.add_url_rule("/boom", "boom", lambda: _raise(default_exceptions[status]()))
    response = app.test_client().get("/boom")
    assert response.status_code == status
    assert response.json is not None
    assert set(response.json["error"]) == {"code", "message", "fields"}


def test_our_own_faults_are_logged_and_not_reported(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    app.add_url_rule("/boom", "boom", lambda: _raise(RuntimeError("/secret/path")))
    with caplog.at_level(logging.ERROR):
        response = app.test_client().get("/boom")
    assert response.status_code == 500
    assert response.json is not None
    assert response.json["error"]["code"] == "internal_error"
    assert b"secret" not in response.data
    assert "/secret/path" in caplog.text


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_fault_of_ours(
    app: Flask, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    app.add_url_rule("/full", "full", lambda: _raise(OSError(number, "full", "/secret/path")))
    response = app.test_client().get("/full")
    assert response.status_code == 507
    assert response.json is not None
    assert response.json["error"]["code"] == "disk_full"
    assert b"secret" not in response.data
    assert "/secret/path" in caplog.text and "Traceback" not in caplog.text


def test_a_database_without_room_says_so_too(app: Flask) -> None:
    def fill() -> str:
        with writing() as (session, _after):
            session.execute(sa.text("PRAGMA max_page_count = 1"))
            session.execute(sa.text("CREATE TABLE large AS SELECT zeroblob(1000000)"))
        return "there was room"

    app.add_url_rule("/large", "large", fill)
    response = app.test_client().get("/large")
    assert response.status_code == 507
    assert response.json is not None and response.json["error"]["code"] == "disk_full"


def test_a_number_that_is_not_finite_is_our_fault(app: Flask) -> None:
    app.testing = False
    app.add_url_rule("/nan", "nan", lambda: {"loss": float("nan")})
    assert app.test_client().get("/nan").status_code == 500


def test_a_wrong_method_says_which_are_right(app: Flask) -> None:
    response = app.test_client().delete("/healthz")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_redirects_are_no_errors(app: Flask) -> None:
    assert app.test_client().get("/runs/abc").status_code == 302


def test_problems_are_counted(app: Flask) -> None:
    with app.test_request_context():
        assert errors.problems_message(1) == gettext("1 problem in the configuration")
        assert errors.problems_message(7) == "7 problems in the configuration"


def _raise(error: Exception) -> str:
    assert isinstance(error, HTTPException | OSError | RuntimeError)
    raise error

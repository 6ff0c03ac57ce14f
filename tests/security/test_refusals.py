"""What the log says of refused requests, and what it must not say."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.data_dir import Plain
from webapp.errors import Unavailable
from webapp.security import refusals
from webapp.security.refusals import RateLimitedFilter, Refusals


@pytest.fixture
def log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> pytest.LogCaptureFixture:
    """What is logged, with a fresh allowance of lines."""
    monkeypatch.setattr(refusals._refusals, "_limiter", Refusals()._limiter)
    monkeypatch.setattr(refusals._refusals, "_untold", Counter())
    caplog.set_level(logging.INFO, "webapp.security.refusals")
    return caplog


def test_a_line_reports_what_and_whence(client: FlaskClient, log: pytest.LogCaptureFixture) -> None:
    client.get("/api/runs?token=secret", headers={"Host": "evil.example"})
    client.post("/api/runs", json={}, headers={"Origin": "http://evil.example"})
    assert (
        log.messages[0]
        == "refused foreign_host: 'GET /api/runs' from 127.0.0.1 Host 'evil.example'"
    )
    assert log.messages[1].startswith("refused foreign_origin: 'POST /api/runs' from 127.0.0.1")
    assert log.messages[1].endswith("Origin 'http://evil.example'")


def test_no_line_can_be_forged_and_none_is_long(
    client: FlaskClient, log: pytest.LogCaptureFixture
) -> None:
    client.get("/%0aERROR%20all%20is%20lost%1b[2J%e2%80%ae", headers={"Host": "x" * 9000})
    client.get("/..%0d%0aforged/x")
    assert len(log.messages) == 2
    for line in log.messages:
        assert line.isascii() and line.isprintable() and len(line) < 500


def test_a_flood_is_counted_not_written(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "webapp.security.refusals")
    refused = Refusals(lines=3)
    for _ in range(1000):
        refused.note("flood", {})
    assert len(caplog.messages) == 3
    refused.note("other", {})
    assert caplog.messages[-1].startswith("refused other")
    refused._limiter.clock = lambda: 1e12
    refused.note("flood", {})
    assert caplog.messages[-1].endswith("(and 997 before it)")


def record(line: int = 1, **more: Any) -> logging.LogRecord:
    """A library's record from that line of its code."""
    made = logging.LogRecord("library", logging.ERROR, "x.py", line, "%s is bad", ("it",), None)
    vars(made).update(more)
    return made


def test_what_libraries_say_is_counted_too() -> None:
    sparing = RateLimitedFilter(lines=3)
    passed = [one for _ in range(1000) if sparing.filter(one := record())]
    assert len(passed) == 3
    assert sparing.filter(record(line=2)), "another place has its own"
    sparing._lines.clock = lambda: 1e12
    last = record()
    assert sparing.filter(last) and sparing.filter(last), "both handlers have it"
    assert last.getMessage() == "it is bad (and 997 before it)"


def test_few_tracebacks_are_written_whole() -> None:
    sparing, error = RateLimitedFilter(tracebacks=2), (ValueError, ValueError("x"), None)
    records = [record(exc_info=error) for _ in range(5)]
    assert all(map(sparing.filter, records))
    assert [one.exc_info is not None for one in records] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("name", "level", "spared"),
    [("webapp.runs", logging.INFO, False), ("webapp.errors", logging.ERROR, True)],
)
def test_our_own_records_below_a_warning_are_all_kept(name: str, level: int, spared: bool) -> None:
    sparing = RateLimitedFilter(lines=1)
    passed = [sparing.filter(record(name=name, levelno=level)) for _ in range(5)]
    assert (False in passed) is spared


def test_a_long_record_is_cut_in_the_middle() -> None:
    made = record(msg="a" + "x" * 10**6 + "z", args=())
    text = Plain("%(message)s").format(made)
    assert len(text) < 20_000 and text[0] == "a" and text[-1] == "z"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"{refusals.WORKERS}x", 409, "refused stale_attempt"),
        (f"{refusals.WORKERS}x", 200, None),
        ("/api/x", 409, None),
    ],
)
def test_only_what_is_refused_is_a_refusal(
    log: pytest.LogCaptureFixture, path: str, status: int, said: str | None
) -> None:
    app = Flask(__name__)
    refusals.init_app(app)
    app.add_url_rule(path, view_func=lambda: ("", status))
    assert app.test_client().get(path).status_code == status
    assert [line.partition(":")[0] for line in log.messages] == ([said] if said else [])


def test_a_wrong_address_is_nobodys_attack(
    client: FlaskClient, log: pytest.LogCaptureFixture
) -> None:
    client.get("/no-such-page")
    client.get("/api/runs/nobody")
    assert log.messages == []


def test_who_is_sent_away_for_a_while_is_counted(app: Flask, log: pytest.LogCaptureFixture) -> None:
    def full() -> str:
        raise Unavailable.until(10)

    app.add_url_rule("/full", view_func=full)
    assert app.test_client().get("/full").headers["Retry-After"] == "10"
    assert log.messages == ["refused 503: 'GET /full' from 127.0.0.1 Host 'localhost'"]


def test_a_record_of_the_log_cannot_be_forged() -> None:
    try:
        raise ValueError("bad\n2026-01-01 00:00:00 INFO forged\x1b[2J")
    except ValueError:
        error = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, "", 0, "a\r\nb\u2028\x9bc", (), error)
    first, *rest = Plain("%(levelname)s %(message)s").format(record).split("\n")
    assert first == "ERROR a"
    assert all(line.startswith("    ") and line.isprintable() for line in rest)
    assert "forged\\x1b[2J" in rest[-1]

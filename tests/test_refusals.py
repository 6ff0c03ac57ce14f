"""What the log says of refused requests, and what it must not say."""

from __future__ import annotations

import logging
import sys
from collections import Counter

import pytest
from flask.testing import FlaskClient

from webapp import refusals
from webapp.data_dir import Plain
from webapp.refusals import Refusals


@pytest.fixture
def log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> pytest.LogCaptureFixture:
    """What is logged, with a fresh allowance of lines."""
    monkeypatch.setattr(refusals._refusals, "_limiter", Refusals()._limiter)
    monkeypatch.setattr(refusals._refusals, "_untold", Counter())
    caplog.set_level(logging.INFO, "webapp.refusals")
    return caplog


def test_a_line_tells_what_and_whence(client: FlaskClient, log: pytest.LogCaptureFixture) -> None:
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
    caplog.set_level(logging.INFO, "webapp.refusals")
    refused = Refusals(lines=3)
    for _ in range(1000):
        refused.note("flood", {})
    assert len(caplog.messages) == 3
    refused.note("other", {})
    assert caplog.messages[-1].startswith("refused other")
    refused._limiter.clock = lambda: 1e12
    refused.note("flood", {})
    assert caplog.messages[-1].endswith("(and 997 before it)")


def test_a_wrong_address_is_nobodys_attack(
    client: FlaskClient, log: pytest.LogCaptureFixture
) -> None:
    client.get("/no-such-page")
    client.get("/api/runs/nobody")
    assert log.messages == []


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

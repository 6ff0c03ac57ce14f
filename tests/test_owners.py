"""Whose a run is: a cookie for browsers, the address for programs."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.owners import COOKIE, owner


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


@pytest.mark.parametrize("cookie", ["", "short", "x" * 23, "../" * 7 + "x", "é" * 22])
def test_a_program_is_known_by_its_address(app: Flask, cookie: str) -> None:
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    with app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.7"}):
        assert owner() == "address 192.0.2.7"


def test_two_browsers_are_two_owners(app: Flask) -> None:
    names = ["a" * 22, "b" * 22]
    found = []
    for name in names:
        with app.test_request_context(headers={"Cookie": f"{COOKIE}={name}"}):
            found.append(owner())
    assert found == [f"browser {name}" for name in names]

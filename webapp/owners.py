"""Whose a run is, for the queue's fairness: there are no accounts, so a browser stands for one.

A browser gets an opaque random name in a cookie with its first page. It proves nothing, opens
nothing and is never answered; whoever throws it away is a new owner, with a new place in the
queue. A program that has no cookie is known by its address.
"""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, request

COOKIE = "inkling_owner"
YEAR_SECONDS = 365 * 24 * 60 * 60

_NAME = re.compile(r"[A-Za-z0-9_-]{22}")


def init_app(app: Flask) -> None:
    """Give each browser its name with its first page."""
    app.after_request(name_browser)


def owner() -> str:
    """The owner of what the current request creates."""
    name = _named()
    return f"browser {name}" if name else f"address {request.remote_addr or ''}"


def _named() -> str | None:
    """The browser's name; None for what we did not write."""
    name = request.cookies.get(COOKIE, "")
    return name if _NAME.fullmatch(name) else None


def name_browser(response: Response) -> Response:
    """Put a new name into a page for a browser that has none."""
    if request.blueprint == "pages" and response.mimetype == "text/html" and _named() is None:
        response.set_cookie(
            COOKIE,
            secrets.token_urlsafe(16),
            max_age=YEAR_SECONDS,
            httponly=True,
            secure=request.is_secure,
            samesite="Lax",
        )
    return response

"""Owners of runs. There are no accounts: a browser is an owner, and so is a program that asks.

An owner is a random name that the server has signed. A browser gets it in a cookie with its first
page, a program once from ``POST /api/owners``, to send it as the header ``X-Inkling-Owner``. A name
without our signature is ignored. A client without an owner is known by its address: enough for a
place in the queue, but an address owns nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from flask import Flask, Response, has_request_context, request
from itsdangerous import BadSignature, Signer
from werkzeug.wrappers import Request

from webapp.data_dir import secret
from webapp.errors import TooManyRequests
from webapp.security.rates import RateLimiter, client_at
from webapp.security.root_path import cookie_path
from webapp.services import Service
from webapp.settings import Settings

COOKIE = "inkling_owner"
HEADER = "X-Inkling-Owner"
YEAR_SECONDS = 365 * 24 * 60 * 60

NEW_A_MINUTE = 300
"""New owners of one address: a lecture hall may open its first page at once."""

PREFIX = "owner "
"""The prefix of a verified name. Rows of earlier versions hold unverified names ("browser …")."""


class Owners:
    """Creates and verifies signed names."""

    def __init__(self, settings: Settings) -> None:
        self._data_dir: Path = settings.data_dir
        self._counts = settings.counts
        self._limiter = RateLimiter(NEW_A_MINUTE)
        self._made: Signer | None = None

    def make(self, address: str) -> str:
        """Return a new signed owner. Raises TooManyRequests to an address that asks for many."""
        wait = self._limiter.spend(client_at(address)) if self._counts(address) else 0
        if wait:
            raise TooManyRequests.until(wait)
        return self._signer().sign(secrets.token_urlsafe(16)).decode()

    def proven(self, request: Request) -> str | None:
        """Return the owner in the header or cookie of ``request``; None without our signature."""
        for value in (request.headers.get(HEADER), request.cookies.get(COOKIE)):
            try:
                if value:
                    return PREFIX + self._signer().unsign(value).decode()
            except BadSignature:
                continue
        return None

    def _signer(self) -> Signer:
        if self._made is None:
            self._made = Signer(
                secret(self._data_dir),
                salt="inkling owner",
                key_derivation="hmac",
                digest_method=hashlib.sha256,
            )
        return self._made


OWNERS: Service[Owners] = Service("owners")


def init_app(app: Flask, settings: Settings) -> None:
    """Give each browser its name with its first page."""
    OWNERS.provide(app, Owners(settings))
    app.after_request(name_browser)


def owners() -> Owners:
    """Return the owners of the current application."""
    return OWNERS.get()


def is_owner(maker: str | None) -> bool:
    """Return whether the creator of a run (``maker``) is an owner: an address owns nothing."""
    return maker is not None and maker.startswith(PREFIX)


def reader() -> str | None:
    """Return the owner that sent the current request; None without one, and outside of requests."""
    return owners().proven(request) if has_request_context() else None


def maker() -> str:
    """Return who is stored as creator of what the current request creates.

    An owner, or an address (with IPv6 its network, since every client has a whole one).
    """
    return reader() or f"address {client_at(request.remote_addr or '')}"


def current_client() -> str:
    """Return the client for fair sharing of slots; the server itself outside of requests."""
    return maker() if has_request_context() else ""


def name_browser(response: Response) -> Response:
    """Set a signed name in the response to a browser that has none."""
    is_page = request.blueprint == "pages" and response.mimetype == "text/html"
    if is_page and reader() is None:
        try:
            name = owners().make(request.remote_addr or "")
        except TooManyRequests:
            return response  # the next page tries again
        response.set_cookie(
            COOKIE,
            name,
            max_age=YEAR_SECONDS,
            path=cookie_path(request),
            httponly=True,
            secure=request.is_secure,
            samesite="Lax",
        )
    return response


def forget_browser(response: Response) -> Response:
    """Delete the browser's name."""
    response.delete_cookie(
        COOKIE,
        path=cookie_path(request),
        httponly=True,
        secure=request.is_secure,
        samesite="Lax",
    )
    return response

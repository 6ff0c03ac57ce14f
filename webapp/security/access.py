"""Access by tokens and sessions: who may come in, and with which role.

There are two tokens. The access token admits a visitor; the administrator's token admits an
administrator. A session is a signed cookie: its expiry, a random number, and the signature. The key
is made of the token and of the data directory's secret, so sessions survive a restart of the
server, a new token ends all sessions of the old one, and the token cannot be found from a cookie,
however weak it is.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from webapp.data_dir import secret
from webapp.errors import TooManyRequests
from webapp.security.rates import RateLimiter, client_at
from webapp.services import Service
from webapp.settings import Settings

Role = Literal["visitor", "admin"]

SESSION_SECONDS = 14 * 24 * 3600
COOKIE = "inkling_session"
ENVIRON = "inkling.role"
"""The key of a request's role in its WSGI environment."""

GUESSES = 30
"""Wrong tokens a minute and address: a class behind one address may mistype as often."""


def tokens(settings: Settings) -> dict[Role, str]:
    """Return the configured tokens by the role that each gives."""
    found: dict[Role, str] = {}
    if settings.access_token is not None:
        found["visitor"] = settings.access_token
    if settings.admin_token is not None:
        found["admin"] = settings.admin_token
    return found


class Access:
    """The tokens, failed attempts, and the sessions opened with the tokens."""

    def __init__(
        self,
        tokens: Mapping[Role, str],
        data_dir: Path,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._tokens, self._data_dir, self._clock = tokens, data_dir, clock
        self._guesses = RateLimiter(GUESSES)
        self._keys: dict[Role, bytes] = {}

    @property
    def offers_login(self) -> bool:
        """Whether there is any token."""
        return bool(self._tokens)

    @property
    def asks_visitors(self) -> bool:
        """Whether visitors need a token."""
        return "visitor" in self._tokens

    def role_of(self, given: str, address: str) -> Role | None:
        """Return the role that the token ``given`` has; None for a wrong one.

        Raises TooManyRequests, for right tokens too, to an address with too many failed attempts;
        also for loopback, which may be a proxy.
        """
        client = client_at(address)
        wait = self._guesses.wait(client)
        if wait:
            raise TooManyRequests.until(wait)
        for role, token in self._tokens.items():
            if hmac.compare_digest(given.encode(), token.encode()):
                return role
        self._guesses.spend(client)
        return None

    def open_session(self, role: Role) -> str:
        """Return a cookie with that role's rights for SESSION_SECONDS."""
        ends = f"{int(self._clock()) + SESSION_SECONDS}.{secrets.token_hex(16)}"
        return f"{ends}.{self._signature(role, ends)}"

    def role_in(self, cookie: str) -> Role | None:
        """Return the role in the cookie; None if it is invalid or has expired."""
        said, _dot, signature = cookie.rpartition(".")
        for role in self._tokens:
            if hmac.compare_digest(signature.encode(), self._signature(role, said).encode()):
                return role if self._clock() < int(said.partition(".")[0]) else None
        return None

    def _signature(self, role: Role, said: str) -> str:
        if role not in self._keys:
            token = self._tokens[role].encode()
            self._keys[role] = hmac.digest(secret(self._data_dir), token, hashlib.sha256)
        return hmac.new(self._keys[role], said.encode(), hashlib.sha256).hexdigest()


ACCESS: Service[Access] = Service("access")

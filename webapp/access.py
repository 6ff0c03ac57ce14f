"""Who may come in where there is an access token: who knows it, or opened a session with it.

A session is a cookie that the server has signed: when it ends, a random number, and the
signature. The key is made of the access token and of a secret in the data directory, so sessions
outlive a restart of the server, another token ends them all, and nobody can find the token
from a cookie, however weak it is.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from webapp.data_dir import secret
from webapp.errors import TooManyRequests
from webapp.rates import RateLimiter, client_at

SESSION_SECONDS = 14 * 24 * 3600
COOKIE = "inkling_session"

GUESSES = 30
"""Wrong tokens a minute and address: a class behind one address may mistype as often."""


class Access:
    """The one access token, what was guessed wrong, and the sessions that it opened."""

    def __init__(self, token: str, data_dir: Path, clock: Callable[[], float] = time.time) -> None:
        self._token, self._data_dir, self._clock = token, data_dir, clock
        self._guesses = RateLimiter(GUESSES)
        self._key: bytes | None = None

    def knows(self, given: str, address: str) -> bool:
        """Whether ``given`` is the token.

        Raises TooManyRequests, right or wrong, to an address that has guessed too often; also
        to loopback, for a proxy may stand there.
        """
        client = client_at(address)
        wait = self._guesses.wait(client)
        if wait:
            raise TooManyRequests(headers={"Retry-After": str(math.ceil(wait))})
        if hmac.compare_digest(given.encode(), self._token.encode()):
            return True
        self._guesses.spend(client)
        return False

    def open_session(self) -> str:
        """A cookie that is worth the token for SESSION_SECONDS."""
        ends = f"{int(self._clock()) + SESSION_SECONDS}.{secrets.token_hex(16)}"
        return f"{ends}.{self._signature(ends)}"

    def has_session(self, cookie: str) -> bool:
        """Whether we have made ``cookie``, with this token, and its time is not over."""
        said, _dot, signature = cookie.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(said).encode()):
            return False
        return self._clock() < int(said.partition(".")[0])

    def _signature(self, said: str) -> str:
        if self._key is None:
            self._key = hmac.digest(secret(self._data_dir), self._token.encode(), hashlib.sha256)
        return hmac.new(self._key, said.encode(), hashlib.sha256).hexdigest()

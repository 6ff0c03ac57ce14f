"""Rate limits: a token bucket for each client, and one for each address."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MAX_CLIENTS = 10_000
"""The clients in the table; the one that was quiet for longest is dropped first."""

ADDRESS = 50
"""How many clients one address may be: a school has a single address."""


@dataclass
class _Bucket:
    """The tokens left at a time."""

    tokens: float
    at: float


class Bucket:
    """The token bucket of a single client: ``burst`` at once, ``each_second`` more a second."""

    def __init__(
        self, burst: float, each_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._each_second, self._clock = burst, each_second, clock
        self._tokens, self._at = burst, clock()

    def spend(self, count: float = 1) -> float:
        """Take ``count`` tokens; return 0.0 or, if too few are left, the seconds to wait."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._each_second)
        self._at = now
        if self._tokens < count:
            return (count - self._tokens) / self._each_second
        self._tokens -= count
        return 0.0


class RateLimiter:
    """A token bucket for each client: ``limit`` times a minute, in a burst or spread."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit, self.clock = limit, clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def spend(self, client: str) -> float:
        """Take a token of ``client``; return the seconds to wait, 0 if it may go on."""
        bucket = self._filled(client)
        if bucket.tokens < 1:
            return self._wait(bucket)
        bucket.tokens -= 1
        return 0.0

    def wait(self, client: str) -> float:
        """Return the seconds ``client`` would have to wait, without taking a token."""
        bucket = self._filled(client)
        return self._wait(bucket) if bucket.tokens < 1 else 0.0

    def _wait(self, bucket: _Bucket) -> float:
        return (1 - bucket.tokens) * 60 / self.limit

    def _filled(self, client: str) -> _Bucket:
        """Return the client's bucket with the tokens that were added since its last use."""
        now = self.clock()
        bucket = self._buckets.setdefault(client, _Bucket(self.limit, now))
        self._buckets.move_to_end(client)
        bucket.tokens = min(self.limit, bucket.tokens + (now - bucket.at) * self.limit / 60)
        bucket.at = now
        if len(self._buckets) > MAX_CLIENTS:
            self._buckets.popitem(last=False)
        return bucket


class Budget:
    """A rate limit per client, and ``ADDRESS`` times that for all clients of an address."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients = RateLimiter(limit, clock)
        self._addresses = RateLimiter(ADDRESS * limit, clock)

    def spend(self, owner: str | None, address: str) -> float:
        """Take a token; return the seconds to wait, 0 if the client may go on.

        ``owner`` is a verified one; without it all clients at the address are one. Refused requests
        are not counted: a client that asks too often takes nothing from others at the same address.
        """
        at = client_at(address)
        client = at if owner is None else owner
        wait = max(self._clients.wait(client), self._addresses.wait(at))
        if not wait:
            self._clients.spend(client)
            self._addresses.spend(at)
        return wait


def client_at(address: str) -> str:
    """Return the client at ``address``. With IPv6 each has a whole network, so that counts."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))

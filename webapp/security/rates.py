"""How often a client may do something: a token bucket for each, and one for each address."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MAX_CLIENTS = 10_000
"""Clients remembered; the one that was quiet for longest is forgotten first."""

ADDRESS = 50
"""An address may do as much as so many clients: a school has one."""


@dataclass
class _Bucket:
    """What a client may still spend, and when that was so."""

    tokens: float
    at: float


class Bucket:
    """The token bucket of one client alone: ``burst`` at once, ``each_second`` more a second."""

    def __init__(
        self, burst: float, each_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._each_second, self._clock = burst, each_second, clock
        self._tokens, self._at = burst, clock()

    def spend(self, count: float = 1) -> float:
        """Take ``count`` tokens; 0.0, or, where they are too few, the seconds to wait for them."""
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
        """Count one time for ``client``; the seconds to wait, 0 when it may go on."""
        bucket = self._filled(client)
        if bucket.tokens < 1:
            return self._wait(bucket)
        bucket.tokens -= 1
        return 0.0

    def wait(self, client: str) -> float:
        """The seconds ``client`` would have to wait; counts nothing."""
        bucket = self._filled(client)
        return self._wait(bucket) if bucket.tokens < 1 else 0.0

    def _wait(self, bucket: _Bucket) -> float:
        return (1 - bucket.tokens) * 60 / self.limit

    def _filled(self, client: str) -> _Bucket:
        """The client's bucket with what has flowed in since it was last looked at."""
        now = self.clock()
        bucket = self._buckets.setdefault(client, _Bucket(self.limit, now))
        self._buckets.move_to_end(client)
        bucket.tokens = min(self.limit, bucket.tokens + (now - bucket.at) * self.limit / 60)
        bucket.at = now
        if len(self._buckets) > MAX_CLIENTS:
            self._buckets.popitem(last=False)
        return bucket


class Budget:
    """So many times a minute for each client, and for all clients of an address together
    ``ADDRESS`` times as many."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients = RateLimiter(limit, clock)
        self._addresses = RateLimiter(ADDRESS * limit, clock)

    def spend(self, owner: str | None, address: str) -> float:
        """Count one time; the seconds to wait, 0 when it may go on.

        ``owner`` is a proven one; without it all at the address are one client. What is refused
        is not counted: one who asks too often takes nothing from others at the same address.
        """
        at = client_at(address)
        client = at if owner is None else owner
        wait = max(self._clients.wait(client), self._addresses.wait(at))
        if not wait:
            self._clients.spend(client)
            self._addresses.spend(at)
        return wait


def client_at(address: str) -> str:
    """Who is at ``address``: one client. With IPv6 each has a whole network, so that counts."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))

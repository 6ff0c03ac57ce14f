"""Limits the answers that wait for clients which send requests and do not read.

Pushes have a limit of their own (``gate.drop_if_behind``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from webapp.errors import TooManyRequests
from webapp.web.sockets.packets.gate import drop

EACH_BYTES = 8 * 1024 * 1024
"""The limit for one client that sends more requests meanwhile."""

TOTAL_BYTES = 32 * 1024 * 1024
"""The limit for all clients together."""

FREE_BYTES = 512 * 1024
"""Always allowed for each client: what a page requests at once is smaller."""

log = logging.getLogger(__name__)


def check(client: Any, clients: Iterable[Any]) -> None:
    """Disconnect a client that sends a request while too much waits for it, or for all ``clients``.

    Raises TooManyRequests: the answer, which the client would not read either.
    """
    size = waiting(client)
    if size <= FREE_BYTES:
        return
    if size > EACH_BYTES or sum(map(waiting, clients)) > TOTAL_BYTES:
        if not client.closing:
            log.warning("Dropping a client that reads no answers")
            drop(client)
        raise TooManyRequests


def waiting(client: Any) -> int:
    """Return the bytes queued for the client, without the packet that is being sent."""
    return sum(map(_size, client.queue.queue))


def _size(packet: Any) -> int:
    """Return the approximate bytes of a packet; None, the end of the queue, has none."""
    data = getattr(packet, "data", None)
    return len(data) if isinstance(data, str | bytes) else 0

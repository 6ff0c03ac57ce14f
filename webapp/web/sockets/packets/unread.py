"""Bounds what waits for clients that ask and do not read the answers.

Pushes have a bound of their own (``gate.drop_if_behind``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from webapp.errors import TooManyRequests
from webapp.web.sockets.packets.gate import drop

EACH_BYTES = 8 * 1024 * 1024
"""May wait for one client that asks for more meanwhile."""

TOTAL_BYTES = 32 * 1024 * 1024
"""May wait for all clients together."""

FREE_BYTES = 512 * 1024
"""May wait for each client in any case: what a page asks for at once is smaller."""

log = logging.getLogger(__name__)


def check(client: Any, clients: Iterable[Any]) -> None:
    """Drop a client that asks once more while too much waits for it, or for all ``clients``.

    Raises TooManyRequests: the answer, which the client would not read either.
    """
    size = waiting(client)
    if size <= FREE_BYTES:
        return
    if size > EACH_BYTES or sum(map(waiting, clients)) > TOTAL_BYTES:
        if not client.closing:
            log.warning("a client that asks without reading is dropped")
            drop(client)
        raise TooManyRequests


def waiting(client: Any) -> int:
    """Bytes that wait to be sent to the client, without the packet that is being sent."""
    return sum(map(_size, client.queue.queue))


def _size(packet: Any) -> int:
    """Bytes of a packet, roughly; None, the end of the queue, has none."""
    data = getattr(packet, "data", None)
    return len(data) if isinstance(data, str | bytes) else 0

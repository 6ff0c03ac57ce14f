"""The time as runs record it."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> int:
    """Milliseconds since 1970 in UTC."""
    return time.time_ns() // 1_000_000


def iso(milliseconds: int | None) -> str | None:
    """The time in ISO 8601 with milliseconds and a Z, such as 2026-11-23T15:06:17.250Z."""
    if milliseconds is None:
        return None
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19] + f".{rest:03d}Z"

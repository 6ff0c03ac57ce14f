"""The bounds of query parameters: the routes enforce them, the OpenAPI document states them."""

from __future__ import annotations

MAX_PAGE = 500
"""Runs in one page of the list."""

MAX_EVENTS = 5000
"""Events in one answer."""

MIN_POINTS = 2
"""Epochs of a curve: its ends."""

MAX_DIGITS = 500
"""Images of a dataset in one answer."""

MAX_OFFSET = 10_000_000
"""Images before the first one that is asked for."""

INDEX_DIGITS = 9
"""Digits of each number in a list of numbers."""

MAX_INDEX = 10**INDEX_DIGITS - 1
"""The highest number in a list of numbers."""

"""What one application carries besides its settings: each object under a key that knows its type.

The module that owns a service defines its key and provides it in ``init_app``, so this module
imports none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flask import Flask, current_app

T = TypeVar("T")
EXTENSION = "inkling"


class Service(Generic[T]):
    """The key of one service in every application."""

    def __init__(self, name: str, make: Callable[[], T] | None = None) -> None:
        """``name`` is for errors; ``make`` creates the service of an application without one."""
        self.name, self._make = name, make

    def provide(self, app: Flask, value: T) -> T:
        """Give the application its service, in place of an earlier one; return it."""
        _of(app)[self] = value
        return value

    def get(self, app: Flask | None = None) -> T:
        """Return the service of ``app``, or of the current application.

        Raises LookupError when it was not provided yet.
        """
        carried = _of(app or current_app)
        if self not in carried:
            if self._make is None:
                raise LookupError(f"the application has no {self.name} yet")
            carried.setdefault(self, self._make())
        found: T = carried[self]
        return found


def _of(app: Flask) -> dict[Service[Any], Any]:
    """Return all services of an application, by their keys."""
    carried: dict[Service[Any], Any] = app.extensions.setdefault(EXTENSION, {})
    return carried

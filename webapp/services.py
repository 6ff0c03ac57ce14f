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
        """``make`` makes what an application was not given when it is first asked for."""
        self.name, self._make = name, make

    def provide(self, app: Flask, value: T) -> T:
        """Give the application its service, in place of an earlier one; return it."""
        _of(app)[self.name] = value
        return value

    def get(self, app: Flask | None = None) -> T:
        """Return the service of ``app``, or of the current application.

        Raises LookupError when it was not provided yet.
        """
        carried = _of(app or current_app)
        if self.name not in carried and self._make is not None:
            carried.setdefault(self.name, self._make())
        if self.name not in carried:
            raise LookupError(f"the application has no {self.name} yet")
        found: T = carried[self.name]
        return found


def _of(app: Flask) -> dict[str, Any]:
    """Return all services of an application, by the names of their keys."""
    carried: dict[str, Any] = app.extensions.setdefault(EXTENSION, {})
    return carried

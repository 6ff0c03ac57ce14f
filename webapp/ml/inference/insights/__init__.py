"""Views of what a network has learned: each is a function from a subject and arguments to JSON.

A view's module is imported at its first use, so that no view waits for another's libraries.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from webapp.ml.inference.insights.subject import Subject
from webapp.schemas.insights import VIEWS

View = Callable[[Subject, Any], dict[str, Any]]


def view(name: str) -> View:
    """Return the function ``view`` of the module with this name. Raises KeyError for an unknown
    view.
    """
    if name not in VIEWS:
        raise KeyError(name)
    found: View = import_module(f"webapp.ml.inference.insights.{name}").view
    return found

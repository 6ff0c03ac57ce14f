"""Views of what a network has learned: each a function of a subject and arguments to JSON.

A view's module is imported when it is first asked for, so that none waits for another's library.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from webapp.ml.inference.insights.subject import Subject
from webapp.schemas.insights import VIEWS

View = Callable[[Subject, Any], dict[str, Any]]


def view(name: str) -> View:
    """The function ``view`` of the module called as the view. Raises KeyError for no view."""
    if name not in VIEWS:
        raise KeyError(name)
    found: View = import_module(f"webapp.ml.inference.insights.{name}").view
    return found

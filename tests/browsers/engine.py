"""What the tests need of a browser, and what both protocols of WebDriver say alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

Point = tuple[float, float]
Actions = list[dict[str, Any]]

CONTROL, DELETE = "\ue009", "\ue017"
"""Keys, as WebDriver names them."""


class Engine(Protocol):
    """A browser with one window."""

    name: str
    version: str

    def open(self, address: str) -> None:
        """Go to an address and wait until the page is loaded."""

    def ask(self, script: str, *values: object) -> Any:
        """What the body of a function in JavaScript returns; `values` are its `arguments`."""

    def draw(self, points: Iterable[Point]) -> None:
        """Press the mouse at the first point, move over the others, let go."""

    def type(self, text: str) -> None:
        """Press and release keys, one after the other; those before CONTROL's text are held."""

    def resize(self, width: int, height: int) -> None:
        """Give the page this size, or the nearest that the window can have."""

    def picture(self) -> bytes:
        """The window's content as PNG."""

    def complaints(self) -> list[str]:
        """Errors of the console and failed requests since the last time."""


def mouse(points: Iterable[Point]) -> Actions:
    """One stroke of the mouse as actions of WebDriver."""
    first, *others = points
    steps: Actions = [_move(first, 0), {"type": "pointerDown", "button": 0}]
    steps += [_move(point, 30) for point in others]
    steps.append({"type": "pointerUp", "button": 0})
    kind = {"pointerType": "mouse"}
    return [{"type": "pointer", "id": "mouse", "parameters": kind, "actions": steps}]


def keys(text: str) -> Actions:
    """Keys as actions of WebDriver; CONTROL is held for the one key that follows it."""
    steps: Actions = []
    held = False
    for key in text:
        steps.append({"type": "keyDown", "value": key})
        if key == CONTROL:
            held = True
            continue
        steps.append({"type": "keyUp", "value": key})
        if held:
            steps.append({"type": "keyUp", "value": CONTROL})
            held = False
    return [{"type": "key", "id": "keys", "actions": steps}]


def _move(point: Point, milliseconds: int) -> dict[str, Any]:
    x, y = map(round, point)
    return {"type": "pointerMove", "x": x, "y": y, "duration": milliseconds, "origin": "viewport"}

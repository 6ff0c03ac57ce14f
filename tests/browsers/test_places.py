"""Every page and every tab in each engine: nothing goes amiss, nothing is wider than its window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.browsers import sheets
from tests.browsers.places import COMPLETE, places
from tests.browsers.visitor import Visitor


@dataclass(frozen=True)
class Look:
    """How somebody looks at the pages."""

    name: str
    width: int
    height: int
    is_chinese: bool = False
    is_dark: bool = False


LOOKS = (
    Look("tall", 1600, 2400),
    Look("chinese-dark", 1600, 1000, is_chinese=True, is_dark=True),
    Look("phone", 390, 844),
)

OVERFLOW = """
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth - clientWidth;
"""


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_place(visitor: Visitor, trained: list[str], look: Look) -> None:
    visitor.engine.resize(look.width, look.height)
    choose(visitor, look)
    wrong = []
    for name, (address, shown) in places(trained).items():
        visitor.go(address)
        visitor.wait(COMPLETE, shown, what=f"{name} is never complete")
        wrong += [f"{name}: {line}" for line in amiss(visitor, name)]
        sheets.keep(visitor.engine.name, f"{look.name}-{name}", visitor.engine.picture())
    assert wrong == []


def amiss(visitor: Visitor, name: str) -> Iterator[str]:
    """What is wrong with the place that is shown; a page that is not there is answered by 404."""
    for line in visitor.engine.complaints():
        if name != "nowhere" or "404" not in line:
            yield line
    overflow = visitor.engine.ask(OVERFLOW)
    if overflow > 0:
        yield f"{overflow} pixels wider than the window"


def choose(visitor: Visitor, look: Look) -> None:
    """Leave the tour; choose theme and language by their buttons: the browser keeps them."""
    visitor.go("/")
    visitor.wait(COMPLETE, ["button.train"] if look.width > 1000 else ["#train-this"])
    if look.width > 1000:
        visitor.press("button", "End the tour")
    if look.is_dark:
        visitor.press("button", "Light or dark theme")
    if look.is_chinese:
        visitor.press("button", "中文")
        visitor.wait("return document.documentElement.lang.startsWith('zh')")
        # Firefox calls it an error where a page is left before its modules have come.
        visitor.wait(COMPLETE, ["#train-this"])

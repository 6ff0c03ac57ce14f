"""Bounds that the page knows by itself are those of the server."""

from __future__ import annotations

import re
from typing import Any, get_args, get_type_hints

import pytest

from tests import ROOT
from webapp import ink
from webapp.ink import field
from webapp.runs import curves
from webapp.schemas.augment import AugmentQuestion
from webapp.schemas.base import Between
from webapp.schemas.config import MAX_NAME, MoreEpochs, RunChanges
from webapp.schemas.datasets import SIDE
from webapp.schemas.insights import WeightsArguments
from webapp.schemas.layers import LAYERS
from webapp.web.api.bounds import MAX_DIGITS, MAX_EVENTS, MAX_PAGE
from webapp.web.sockets.handlers import MAX_WATCHED

JS = ROOT / "static" / "js"
NAMED = re.compile(r'maxlength(?:="|: ")(\d+)"')


def constant(path: str, name: str) -> int:
    """A whole number that a script names."""
    found = re.search(rf"^(?:export )?const {name} = ([\d_]+);", (JS / path).read_text(), re.M)
    assert found is not None, f"{name} is not in {path}"
    return int(found[1])


def argument(path: str, name: str) -> dict[str, str]:
    """The bounds of a field that a script describes by itself, as it writes them."""
    found = re.search(rf"^const {name} = [^;]*?\(\{{(.*?)\}}\);", (JS / path).read_text(), re.M)
    assert found is not None, f"{name} is not in {path}"
    pairs = [pair.strip().partition(": ") for pair in found[1].split(",")]
    return {key: value for key, _colon, value in pairs}


def bounds(model: type[Any], name: str) -> Between:
    """The bounds of a field of one of our models."""
    hint = get_type_hints(model, include_extras=True)[name]
    for kind in (hint, *get_args(hint)):
        for mark in getattr(kind, "__metadata__", ()):
            if isinstance(mark, Between):
                return mark
    raise AssertionError(f"{model.__name__}.{name} has no bounds")


def test_the_learning_rate_of_a_run_under_way() -> None:
    wanted = bounds(RunChanges, "learning_rate")
    shown = argument("watch/rate.js", "RATE")
    assert shown["max"] == "null" and wanted.max is None
    assert (shown["min"], shown["exclusive_min"]) == ("0", "true")
    assert (wanted.min, wanted.above) == (0, True)


def test_more_epochs() -> None:
    shown, wanted = argument("watch/controls.js", "EPOCHS"), bounds(MoreEpochs, "epochs")
    assert int(shown["min"]) == wanted.min
    assert shown.get("max") in (None, "null", str(wanted.max))


def test_names() -> None:
    scripts = [*JS.rglob("*.js"), *(ROOT / "templates").rglob("*.html")]
    found = [int(most) for path in scripts for most in NAMED.findall(path.read_text())]
    assert len(found) >= 2 and set(found) == {MAX_NAME}


def test_drawings() -> None:
    assert constant("write/ink.js", "MOST_STROKES") == ink.MAX_STROKES
    assert constant("write/ink.js", "MOST_DOTS") == ink.MAX_POINTS
    assert constant("write/picture.js", "MOST_SIDE") == ink.MAX_IMAGE_SIDE
    assert constant("write/picture.js", "MOST_BYTES") <= ink.MAX_IMAGE_BYTES
    assert constant("pixels.js", "SIDE") == SIDE == field.SIDE


def test_how_much_is_asked_for_at_once() -> None:
    assert constant("runs/view.js", "MOST") <= MAX_PAGE
    assert constant("runlink.js", "PAGE") <= MAX_EVENTS
    assert constant("tiles/pages.js", "PAGE") <= MAX_DIGITS
    assert constant("watch/events.js", "MOST_POINTS") == curves.MOST_POINTS
    pictures = bounds(WeightsArguments, "limit").max
    assert pictures is not None and constant("insight/inside/kernels.js", "PAGE") <= pictures
    assert constant("runs/state.js", "MOST_COMPARED") <= MAX_WATCHED
    most = bounds(AugmentQuestion, "count").max
    assert most is not None and constant("data/augment.js", "COUNT") <= most


DISTURBING = re.compile(
    r'type: "(\w+)",\s+most: ([\d.]+),\s+usual: ([\d.]+),.*?names: \[(.*?)\]', re.DOTALL
)


@pytest.mark.parametrize("found", DISTURBING.findall((JS / "data" / "layers.js").read_text()))
def test_strengths_of_what_disturbs(found: tuple[str, str, str, str]) -> None:
    kind, most, usual, names = found
    layer = next(layer for layer in LAYERS if layer.__name__ == kind)
    for name in re.findall(r"\w+", names):
        wanted = bounds(layer, name)
        low, high = wanted.min or 0, wanted.max
        assert low <= float(usual) <= float(most) and (high is None or float(most) <= high)


def test_all_that_disturb_are_found() -> None:
    assert len(DISTURBING.findall((JS / "data" / "layers.js").read_text())) == 4

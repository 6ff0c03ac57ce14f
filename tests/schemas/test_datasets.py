"""How many images are trained on: the page and Keras round as we do."""

from __future__ import annotations

import json

import pytest

from tests import ROOT
from webapp.schemas.datasets import split_at

SPLITS = json.loads((ROOT / "tests" / "splits.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("count", "validation_split", "trained"), SPLITS)
def test_the_validation_split(count: int, validation_split: float, trained: int) -> None:
    """``tests/js/build.test.js`` reads the same numbers."""
    assert split_at(count, validation_split) == trained

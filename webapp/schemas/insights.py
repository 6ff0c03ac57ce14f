"""The views of what a network has learned, and the arguments of each.

They are checked as a configuration is, with the same ``Between`` and ``OneOf``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from webapp.schemas.base import Between, OneOf, Schema
from webapp.schemas.layers import MAX_LAYERS, MAX_UNITS


class Arguments(Schema):
    """The base of a view's arguments, and those of a view that takes none."""

    label = ""
    LONG: ClassVar[bool] = False
    """Whether the view takes so long that others should not wait for it."""

    @classmethod
    def takes_long(cls, question: Mapping[str, Any]) -> bool:
        """Whether a question for this view takes long; some do with certain arguments only."""
        return cls.LONG


class MapArguments(Arguments):
    """What the map is drawn from, a layer's output (0: the pixels, 1: the run's first layer), and
    how many numbers become two: by `pca`, or by `tsne`, which takes long."""

    layer: Annotated[int, Between(0, MAX_LAYERS)] = 0
    method: Annotated[str, OneOf(dict.fromkeys(("pca", "tsne"), ""))] = "pca"

    @classmethod
    def takes_long(cls, question: Mapping[str, Any]) -> bool:
        """Only t-SNE does."""
        arguments = question.get("arguments")
        return isinstance(arguments, Mapping) and arguments.get("method") == "tsne"


class OverEpochs(Arguments):
    """No arguments; every kept checkpoint is read."""

    LONG = True


class RobustnessArguments(Arguments):
    """No arguments; the network sees every image dozens of times."""

    LONG = True


class WeightsArguments(Arguments):
    """Which layer's pictures: its number (1 is the run's first layer; 0: the first that has any),
    the order (largest weights first, or by number), and which page of them."""

    layer: Annotated[int, Between(0, MAX_LAYERS)] = 0
    order: Annotated[str, OneOf(dict.fromkeys(("norm", "number"), ""))] = "norm"
    offset: Annotated[int, Between(0, MAX_UNITS)] = 0
    limit: Annotated[int, Between(1, 200)] = 100


VIEWS: dict[str, type[Arguments]] = {
    "evidence": Arguments,
    "histograms": OverEpochs,
    "map": MapArguments,
    "robustness": RobustnessArguments,
    "tested": Arguments,
    "units": OverEpochs,
    "weights": WeightsArguments,
}
"""Every view by its name, which is that of its module in ``webapp/ml/inference/insights``."""

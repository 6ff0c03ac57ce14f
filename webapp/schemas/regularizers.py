"""Regularizers: a price on large weights, added to the loss. Names and defaults are Keras'."""

from __future__ import annotations

from typing import Annotated, Literal

from webapp.schemas.base import Between, Tagged
from webapp.schemas.marks import N_
from webapp.schemas.parts import KerasPart, about

Price = Annotated[float, Between(0, 1000)]


class L1(KerasPart):
    __doc__ = N_(
        "Adds the sum of the weights' absolute values to the loss; many weights become exactly 0."
    )

    name: Literal["L1"] = "L1"
    l1: Price = about(N_("L1"), N_("The factor of the absolute values."), 0.01)


class L2(KerasPart):
    __doc__ = N_("Adds the sum of the weights' squares to the loss; large weights shrink most.")

    name: Literal["L2"] = "L2"
    l2: Price = about(N_("L2"), N_("The factor of the squares."), 0.01)


class L1L2(KerasPart):
    __doc__ = N_("Adds both the weights' absolute values and their squares to the loss.")

    name: Literal["L1L2"] = "L1L2"
    l1: Price = about(N_("L1"), N_("The factor of the absolute values."), 0.0)
    l2: Price = about(N_("L2"), N_("The factor of the squares."), 0.0)


Regularizer = Annotated[
    L1 | L2 | L1L2, Tagged("name", text=True, aliases=(("l1_l2", "L1L2"), ("l1l2", "L1L2")))
]

REGULARIZERS: tuple[type[KerasPart], ...] = (L1, L2, L1L2)

"""Optimizers: all are gradient descent that differ in how they set the steps.

Names, arguments and defaults are Keras'.
"""

from __future__ import annotations

from typing import Annotated, Literal

from webapp.schemas.base import Between, Tagged
from webapp.schemas.marks import N_
from webapp.schemas.parts import KerasPart, about

LearningRate = Annotated[float, Between(0, above=True)]
"""Above 0 and not bounded above: that a large one diverges is a lesson."""

Decay = Annotated[float, Between(0, 1, below=True)]
Epsilon = Annotated[float, Between(0, 1, above=True)]
Positive = Annotated[float, Between(0, above=True)]
NotNegative = Annotated[float, Between(0, 1)]

RATE = N_("Learning rate")
RATE_HELP = N_("How large each step against the gradient is; too large a step overshoots.")
EPSILON_HELP = N_("A small number in the denominator, so that nothing is divided by 0.")
BETA_1_HELP = N_("How much of the running mean of the gradients is kept at each step.")
BETA_2_HELP = N_("How much of the running mean of the squared gradients is kept at each step.")
RHO_HELP = N_("How much of the running mean of the squared gradients is kept at each step.")
MOMENTUM_HELP = N_("How much of the previous step is added to the next.")
WEIGHT_DECAY = N_("Weight decay")
WEIGHT_DECAY_HELP = N_("The share by which weights shrink at each step, times the learning rate.")


class OptimizerPart(KerasPart):
    """What all optimizers share."""

    learning_rate: LearningRate = about(RATE, RATE_HELP, 0.001)
    clipnorm: Positive | None = about(
        N_("Largest gradient norm"),
        N_(
            "A gradient of a weight matrix with a larger norm is clipped to this norm; empty: "
            "no clipping."
        ),
        None,
        advanced=True,
    )


class SGD(OptimizerPart):
    __doc__ = N_("Plain gradient descent: one step for each batch, with momentum if wanted.")

    name: Literal["SGD"] = "SGD"
    learning_rate: LearningRate = about(RATE, RATE_HELP, 0.01)
    momentum: Annotated[float, Between(0, 1)] = about(N_("Momentum"), MOMENTUM_HELP, 0.0)
    nesterov: bool = about(
        N_("Nesterov"),
        N_("Looks ahead along the momentum before it takes the gradient."),
        False,
        advanced=True,
    )


class RMSprop(OptimizerPart):
    __doc__ = N_("Divides each step by the recent size of its gradient.")

    name: Literal["RMSprop"] = "RMSprop"
    rho: Decay = about(N_("Rho"), RHO_HELP, 0.9, advanced=True)
    momentum: Annotated[float, Between(0, 1)] = about(
        N_("Momentum"), MOMENTUM_HELP, 0.0, advanced=True
    )
    epsilon: Epsilon = about(N_("Epsilon"), EPSILON_HELP, 1e-7, advanced=True)
    centered: bool = about(
        N_("Centred"),
        N_("Divides by the variance of the gradient instead of its square."),
        False,
        advanced=True,
    )


class Adagrad(OptimizerPart):
    __doc__ = N_("Gives each weight its own rate, which shrinks with all its past gradients.")

    name: Literal["Adagrad"] = "Adagrad"
    initial_accumulator_value: NotNegative = about(
        N_("Initial sum"),
        N_("Where the sum of squared gradients starts."),
        0.1,
        advanced=True,
    )
    epsilon: Epsilon = about(N_("Epsilon"), EPSILON_HELP, 1e-7, advanced=True)


class Adadelta(OptimizerPart):
    __doc__ = N_("Adagrad that forgets old gradients; its usual learning rate is 1.")

    name: Literal["Adadelta"] = "Adadelta"
    rho: Decay = about(N_("Rho"), RHO_HELP, 0.95, advanced=True)
    epsilon: Epsilon = about(N_("Epsilon"), EPSILON_HELP, 1e-7, advanced=True)


class AdamLike(OptimizerPart):
    """What the Adam family shares."""

    beta_1: Decay = about(N_("Beta 1"), BETA_1_HELP, 0.9, advanced=True)
    beta_2: Decay = about(N_("Beta 2"), BETA_2_HELP, 0.999, advanced=True)
    epsilon: Epsilon = about(N_("Epsilon"), EPSILON_HELP, 1e-7, advanced=True)


class Adam(AdamLike):
    __doc__ = N_("RMSprop with momentum: fast and robust; the usual choice.")

    name: Literal["Adam"] = "Adam"
    amsgrad: bool = about(
        N_("AMSGrad"),
        N_("Never lets the denominator decrease."),
        False,
        advanced=True,
    )


class Adamax(AdamLike):
    __doc__ = N_("Adam measured by the largest recent gradient instead of the mean square.")

    name: Literal["Adamax"] = "Adamax"


class Nadam(AdamLike):
    __doc__ = N_("Adam with Nesterov momentum.")

    name: Literal["Nadam"] = "Nadam"


class AdamW(AdamLike):
    __doc__ = N_("Adam that also shrinks the weights a little at each step.")

    name: Literal["AdamW"] = "AdamW"
    weight_decay: NotNegative = about(WEIGHT_DECAY, WEIGHT_DECAY_HELP, 0.004)
    amsgrad: bool = about(
        N_("AMSGrad"), N_("Never lets the denominator decrease."), False, advanced=True
    )


class Lion(OptimizerPart):
    __doc__ = N_("Uses only the sign of the smoothed gradient; needs a smaller learning rate.")

    name: Literal["Lion"] = "Lion"
    beta_1: Annotated[float, Between(0, 1, above=True)] = about(
        N_("Beta 1"), BETA_1_HELP, 0.9, advanced=True
    )
    beta_2: Decay = about(
        N_("Beta 2"),
        N_("How much of the momentum is kept at each step."),
        0.99,
        advanced=True,
    )
    weight_decay: NotNegative | None = about(WEIGHT_DECAY, WEIGHT_DECAY_HELP, None)


Optimizer = Annotated[
    SGD | RMSprop | Adagrad | Adadelta | Adam | Adamax | Nadam | AdamW | Lion, Tagged("name")
]

OPTIMIZERS: tuple[type[OptimizerPart], ...] = (
    SGD,
    RMSprop,
    Adagrad,
    Adadelta,
    Adam,
    Adamax,
    Nadam,
    AdamW,
    Lion,
)

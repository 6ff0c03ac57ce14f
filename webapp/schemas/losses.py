"""Losses that fit ten classes with one-hot labels. Names, arguments and defaults are Keras'."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from webapp.schemas.base import Between, Tagged
from webapp.schemas.marks import N_
from webapp.schemas.parts import KerasPart, about

Smoothing = Annotated[float, Between(0, 1)]

SMOOTHING_HELP = N_("How much of each label is spread over all ten classes; 0: none.")


class LossPart(KerasPart):
    """The base of losses. Written as its name alone where every argument has its default."""

    keras_class: ClassVar[str]
    """The class in ``keras.losses``; ``name`` is the function beside it."""

    @model_serializer(mode="wrap")
    def _in_order(self, handler: SerializerFunctionWrapHandler) -> Any:
        """Write the name alone where it says everything."""
        written = handler(self)
        defaults = all(value == type(self).model_fields[key].default for key, value in self)
        return written["name"] if defaults else written


class CategoricalCrossentropy(LossPart):
    __doc__ = N_(
        "Minus the logarithm of the probability given to the right digit; the usual choice."
    )
    keras_class = "CategoricalCrossentropy"

    name: Literal["categorical_crossentropy"] = "categorical_crossentropy"
    label_smoothing: Smoothing = about(N_("Label smoothing"), SMOOTHING_HELP, 0.0, advanced=True)


class MeanSquaredError(LossPart):
    __doc__ = N_("The mean squared difference from the label; learns classes slowly, if at all.")
    keras_class = "MeanSquaredError"

    name: Literal["mean_squared_error"] = "mean_squared_error"


class MeanAbsoluteError(LossPart):
    __doc__ = N_("The mean distance from the label.")
    keras_class = "MeanAbsoluteError"

    name: Literal["mean_absolute_error"] = "mean_absolute_error"


class MeanSquaredLogarithmicError(LossPart):
    __doc__ = N_("The mean squared difference of logarithms; small outputs weigh more.")
    keras_class = "MeanSquaredLogarithmicError"

    name: Literal["mean_squared_logarithmic_error"] = "mean_squared_logarithmic_error"


class Huber(LossPart):
    __doc__ = N_("Squared for small differences, linear for large ones.")
    keras_class = "Huber"

    name: Literal["huber"] = "huber"
    delta: Annotated[float, Between(0, 1000, above=True)] = about(
        N_("Delta"), N_("Above this difference the loss is linear."), 1.0, advanced=True
    )


class LogCosh(LossPart):
    __doc__ = N_("The logarithm of the hyperbolic cosine of the difference: a smooth Huber.")
    keras_class = "LogCosh"

    name: Literal["log_cosh"] = "log_cosh"


class KLDivergence(LossPart):
    __doc__ = N_("The Kullback–Leibler divergence: how far the probabilities are from the labels.")
    keras_class = "KLDivergence"

    name: Literal["kl_divergence"] = "kl_divergence"


class Poisson(LossPart):
    __doc__ = N_("The Poisson loss: the output minus the label times the output's logarithm.")
    keras_class = "Poisson"

    name: Literal["poisson"] = "poisson"


class CategoricalHinge(LossPart):
    __doc__ = N_("Requires the right digit's output to exceed every other by a margin of 1.")
    keras_class = "CategoricalHinge"

    name: Literal["categorical_hinge"] = "categorical_hinge"


class CosineSimilarity(LossPart):
    __doc__ = N_("Minus the cosine of the angle between output and label: −1 is perfect.")
    keras_class = "CosineSimilarity"

    name: Literal["cosine_similarity"] = "cosine_similarity"


class BinaryCrossentropy(LossPart):
    __doc__ = N_(
        "Treats each of the ten outputs as a yes-or-no question of its own; goes with sigmoid."
    )
    keras_class = "BinaryCrossentropy"

    name: Literal["binary_crossentropy"] = "binary_crossentropy"
    label_smoothing: Smoothing = about(N_("Label smoothing"), SMOOTHING_HELP, 0.0, advanced=True)


class CategoricalFocalCrossentropy(LossPart):
    __doc__ = N_("Cross-entropy with less weight on images that are already classified correctly.")
    keras_class = "CategoricalFocalCrossentropy"

    name: Literal["categorical_focal_crossentropy"] = "categorical_focal_crossentropy"
    alpha: Annotated[float, Between(0, 1)] = about(
        N_("Alpha"), N_("The weight of the whole loss."), 0.25, advanced=True
    )
    gamma: Annotated[float, Between(0, 10)] = about(
        N_("Gamma"), N_("How much the weight of easy images is reduced; 0: not at all."), 2.0,
        advanced=True,
    )  # fmt: skip
    label_smoothing: Smoothing = about(N_("Label smoothing"), SMOOTHING_HELP, 0.0, advanced=True)


ALIASES = (
    ("mse", "mean_squared_error"),
    ("mae", "mean_absolute_error"),
    ("msle", "mean_squared_logarithmic_error"),
    ("kld", "kl_divergence"),
)  # Keras' own short names

Loss = Annotated[
    CategoricalCrossentropy
    | MeanSquaredError
    | MeanAbsoluteError
    | MeanSquaredLogarithmicError
    | Huber
    | LogCosh
    | KLDivergence
    | Poisson
    | CategoricalHinge
    | CosineSimilarity
    | BinaryCrossentropy
    | CategoricalFocalCrossentropy,
    Tagged("name", text=True, written=True, aliases=ALIASES),
]

LOSSES: tuple[type[LossPart], ...] = (
    CategoricalCrossentropy,
    MeanSquaredError,
    MeanAbsoluteError,
    MeanSquaredLogarithmicError,
    Huber,
    LogCosh,
    KLDivergence,
    Poisson,
    CategoricalHinge,
    CosineSimilarity,
    BinaryCrossentropy,
    CategoricalFocalCrossentropy,
)

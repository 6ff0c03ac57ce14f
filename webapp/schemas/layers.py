"""The layers of a network. Attributes carry the names and defaults of Keras' arguments.

The input is an image of 28×28×1. Where Keras has no default, a layer's argument is required
(but a pool of AveragePooling2D is 2, as of MaxPooling2D). ``seed`` arguments are not offered:
the run's seed rules them all.
"""

from __future__ import annotations

from typing import Annotated, Literal

from webapp.schemas.augmentation import (
    GaussianNoise,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
)
from webapp.schemas.base import Between, Pair, Tagged
from webapp.schemas.marks import N_
from webapp.schemas.names import Activation as ActivationName
from webapp.schemas.names import BiasInitializer, Initializer, Padding
from webapp.schemas.parts import LayerPart, about
from webapp.schemas.regularizers import Regularizer

MAX_LAYERS = 100
MAX_UNITS = 8192

Units = Annotated[int, Between(1, MAX_UNITS)]
Window = Annotated[int | list[int], Pair(1, 28)]


class Flatten(LayerPart):
    __doc__ = N_("Turns the image into one row of numbers, which Dense layers need.")
    title = N_("Flatten")

    type: Literal["Flatten"] = "Flatten"


class WeightedLayer(LayerPart):
    """What Dense and Conv2D share: bias, initialisers, regularizers."""

    learns = True

    use_bias: bool = about(
        N_("Use a bias"), N_("Adds a learned number to each weighted sum."), True, advanced=True
    )
    kernel_initializer: Initializer = about(
        N_("Initial weights"),
        N_("How the initial weights are drawn at random."),
        "glorot_uniform",
        advanced=True,
    )
    bias_initializer: BiasInitializer = about(
        N_("Initial biases"), N_("The values that the biases start from."), "zeros", advanced=True
    )
    kernel_regularizer: Regularizer | None = about(
        N_("Weight regularizer"),
        N_("A penalty on large weights, against overfitting."),
        None,
        advanced=True,
    )
    bias_regularizer: Regularizer | None = about(
        N_("Bias regularizer"), N_("A penalty on large biases."), None, advanced=True
    )
    activity_regularizer: Regularizer | None = about(
        N_("Output regularizer"),
        N_("A penalty on large outputs of the layer."),
        None,
        advanced=True,
    )


class Dense(WeightedLayer):
    __doc__ = N_("Each neuron takes a weighted sum of all inputs, then the activation.")
    title = N_("Fully connected")

    type: Literal["Dense"] = "Dense"
    units: Units = about(
        N_("Neurons"), N_("The number of neurons, which is the number of outputs."), suggested=500
    )
    activation: ActivationName = about(
        N_("Activation"),
        N_("The function that each weighted sum goes through."),
        "linear",
        suggested="relu",
    )


class Conv2D(WeightedLayer):
    __doc__ = N_("Slides small learned filters over the image; each detects one pattern.")
    title = N_("Convolution")

    type: Literal["Conv2D"] = "Conv2D"
    filters: Annotated[int, Between(1, 2048)] = about(
        N_("Filters"),
        N_("The number of patterns to detect, which is the number of output channels."),
        suggested=32,
    )
    kernel_size: Window = about(
        N_("Filter size"),
        N_("Height and width of a filter in pixels; one number means a square."),
        suggested=3,
    )
    strides: Window = about(
        N_("Stride"), N_("How many pixels a filter moves at a time."), 1, advanced=True
    )
    padding: Padding = about(N_("Padding"), N_("What happens at the edge of the image."), "valid")
    activation: ActivationName = about(
        N_("Activation"),
        N_("The function that each weighted sum goes through."),
        "linear",
        suggested="relu",
    )


class Pooling(LayerPart):
    """What the two pooling layers share."""

    pool_size: Window = about(
        N_("Pool size"), N_("Height and width of the window; one number means a square."), 2
    )
    strides: Window | None = about(
        N_("Stride"),
        N_("How many pixels the window moves at a time; empty: its own size."),
        None,
        advanced=True,
    )
    padding: Padding = about(
        N_("Padding"), N_("What happens at the edge of the image."), "valid", advanced=True
    )


class MaxPooling2D(Pooling):
    __doc__ = N_(
        "Keeps the largest value of each window: a smaller image with the strongest values."
    )
    title = N_("Max pooling")

    type: Literal["MaxPooling2D"] = "MaxPooling2D"


class AveragePooling2D(Pooling):
    __doc__ = N_("Keeps the mean of each window: a smaller, smoother image.")
    title = N_("Average pooling")

    type: Literal["AveragePooling2D"] = "AveragePooling2D"


class GlobalAveragePooling2D(LayerPart):
    __doc__ = N_("Replaces each channel by its mean: one number per channel, no weights.")
    title = N_("Global average pooling")

    type: Literal["GlobalAveragePooling2D"] = "GlobalAveragePooling2D"


class Dropout(LayerPart):
    __doc__ = N_("While training, sets a random share of the values to 0, against overfitting.")
    title = N_("Dropout")

    type: Literal["Dropout"] = "Dropout"
    rate: Annotated[float, Between(0, 1)] = about(
        N_("Rate"), N_("The share of values that is dropped."), suggested=0.5
    )


class BatchNormalization(LayerPart):
    __doc__ = N_(
        "Scales each channel to mean 0 and standard deviation 1 within a batch, which makes "
        "training more stable."
    )
    title = N_("Batch normalization")
    learns = True

    type: Literal["BatchNormalization"] = "BatchNormalization"
    momentum: Annotated[float, Between(0, 1, below=True)] = about(
        N_("Momentum"),
        N_("How slowly the running mean and variance, used after training, follow the batches."),
        0.99,
        advanced=True,
    )
    epsilon: Annotated[float, Between(0, 1, above=True)] = about(
        N_("Epsilon"),
        N_("A small number added to the variance, so that nothing is divided by 0."),
        0.001,
        advanced=True,
    )
    center: bool = about(
        N_("Learn a shift"), N_("Adds a learned number to each channel."), True, advanced=True
    )
    scale: bool = about(
        N_("Learn a scale"), N_("Multiplies each channel by a learned number."), True, advanced=True
    )


class Activation(LayerPart):
    __doc__ = N_("Applies an activation function to every value.")
    title = N_("Activation")

    type: Literal["Activation"] = "Activation"
    activation: ActivationName = about(
        N_("Activation"), N_("The function that each value goes through."), suggested="relu"
    )


Layer = Annotated[
    Flatten
    | Dense
    | Conv2D
    | MaxPooling2D
    | AveragePooling2D
    | GlobalAveragePooling2D
    | Dropout
    | BatchNormalization
    | Activation
    | GaussianNoise
    | RandomRotation
    | RandomTranslation
    | RandomZoom,
    Tagged("type"),
]

LAYERS: tuple[type[LayerPart], ...] = (
    Flatten,
    Dense,
    Conv2D,
    MaxPooling2D,
    AveragePooling2D,
    GlobalAveragePooling2D,
    Dropout,
    BatchNormalization,
    Activation,
    GaussianNoise,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
)

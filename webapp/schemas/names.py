"""The names a student can choose: activations, initialisers, paddings; a sentence of help each.

All are Keras' own. ``Annotated`` types for models stand at the end.
"""

from __future__ import annotations

from typing import Annotated

from webapp.schemas.base import OneOf
from webapp.schemas.marks import N_

ACTIVATIONS: dict[str, str] = {
    "relu": N_(
        "Passes positive values and turns negative ones into 0; the usual choice for hidden layers."
    ),
    "softplus": N_("A smooth relu: log(1 + e^x), always a little above 0."),
    "softsign": N_("x / (1 + |x|): like tanh, but it flattens more slowly."),
    "sigmoid": N_(
        "Maps any value to 0–1; in deep networks its small slope makes gradients vanish."
    ),
    "tanh": N_("Maps any value to between −1 and 1, centred at 0."),
    "hard_sigmoid": N_("A sigmoid of three straight lines: cheap to compute."),
    "linear": N_("Changes nothing: the outputs are the layer's weighted sums."),
    "softmax": N_(
        "Makes the outputs positive with sum 1, so they read as probabilities; for the last layer."
    ),
    "elu": N_("Like relu, but negative values approach −1 smoothly."),
    "selu": N_(
        "A scaled elu that keeps mean and standard deviation steady; goes with lecun_normal."
    ),
    "gelu": N_("A smooth relu that lets small negative values through; used in transformers."),
    "silu": N_("x times its sigmoid, also called swish: smooth, with a small dip below 0."),
    "leaky_relu": N_("Like relu, but negative values keep a fifth of their size."),
}

INITIALIZERS: dict[str, str] = {
    "glorot_uniform": N_(
        "Uniformly distributed random numbers, sized by inputs and outputs; Keras' default."
    ),
    "glorot_normal": N_("Normally distributed random numbers, sized by inputs and outputs."),
    "he_uniform": N_("Uniformly distributed random numbers, sized for relu."),
    "he_normal": N_("Normally distributed random numbers, sized for relu."),
    "lecun_uniform": N_("Uniformly distributed random numbers, sized by the inputs."),
    "lecun_normal": N_("Normally distributed random numbers, sized by the inputs; goes with selu."),
    "random_uniform": N_("Uniformly distributed random numbers between −0.05 and 0.05."),
    "random_normal": N_("Normally distributed random numbers with standard deviation 0.05."),
    "truncated_normal": N_("As random_normal, but without values far from 0."),
    "variance_scaling": N_("Normally distributed random numbers whose variance is 1 / inputs."),
    "orthogonal": N_("A random orthogonal matrix: its rows are at right angles to each other."),
    "zeros": N_("All 0: usual for biases, but weights that all start alike cannot differ."),
    "ones": N_("All 1."),
}

BIAS_INITIALIZERS = {name: text for name, text in INITIALIZERS.items() if name != "orthogonal"}
"""Biases are one row of numbers, where right angles mean nothing: Keras refuses them."""

PADDINGS: dict[str, str] = {
    "valid": N_("The window stays inside the image, so the output is smaller."),
    "same": N_("The image is padded, so with stride 1 the output is as large as the input."),
}

FILL_MODES: dict[str, str] = {
    "reflect": N_("Mirrors the image at its edge."),
    "constant": N_("Fills with one value; 0 is the background of a digit."),
    "wrap": N_("Continues with the opposite side of the image."),
    "nearest": N_("Repeats the pixels at the edge."),
}

INTERPOLATIONS: dict[str, str] = {
    "bilinear": N_("Mixes the four nearest pixels: smooth."),
    "nearest": N_("Takes the nearest pixel: coarse and fast."),
}

METRICS: dict[str, str] = {
    "loss": N_("The loss on the training images."),
    "accuracy": N_("The share of training images classified correctly."),
    "val_loss": N_("The loss on the validation images."),
    "val_accuracy": N_("The share of validation images classified correctly."),
}

Activation = Annotated[str, OneOf(ACTIVATIONS, {"swish": "silu"})]
Initializer = Annotated[str, OneOf(INITIALIZERS)]
BiasInitializer = Annotated[str, OneOf(BIAS_INITIALIZERS)]
Padding = Annotated[str, OneOf(PADDINGS)]
FillMode = Annotated[str, OneOf(FILL_MODES)]
Interpolation = Annotated[str, OneOf(INTERPOLATIONS)]
Metric = Annotated[str, OneOf(METRICS)]

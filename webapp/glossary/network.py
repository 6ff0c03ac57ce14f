"""Terms: what a network is made of."""

from __future__ import annotations

from webapp.glossary.term import CLASSIFICATION, CNN, INTRODUCTION, KERAS_LECTURE, TIPS, Term
from webapp.schemas.marks import N_

TERMS = (
    Term(
        name="layer",
        title=N_("Layer"),
        says=N_(
            "A part of the network that computes new numbers from its inputs; the layers "
            "between input and output are called hidden layers."
        ),
        shows=N_("Input, two hidden layers, output"),
        keras="api/layers/core_layers/dense/",
        lecture=INTRODUCTION,
        lessons=(3,),
    ),
    Term(
        name="neuron",
        title=N_("Neuron"),
        says=N_(
            "One output of a layer: a weighted sum of all its inputs plus a bias, passed through"
            " the activation function."
        ),
        shows=N_("Inputs, weighted sum, activation function, output"),
        keras="api/layers/core_layers/dense/",
        lecture=INTRODUCTION,
        lessons=(2,),
    ),
    Term(
        name="parameter",
        title=N_("Parameters: weights and biases"),
        says=N_(
            "The numbers that training changes; a Dense layer has a weight for each pair of input"
            " and neuron, and a bias for each neuron."
        ),
        shows=N_("784 × 500 weights + 500 biases = 392,500"),
        keras="api/layers/base_layer/",
        lecture=INTRODUCTION,
    ),
    Term(
        name="activation",
        title=N_("Activation function"),
        says=N_(
            "The function applied to each weighted sum; without it, many layers could do no "
            "more than one."
        ),
        shows=N_("Three of them: sigmoid, tanh, ReLU"),
        keras="api/layers/activations/",
        lecture=INTRODUCTION,
        lessons=(8,),
    ),
    Term(
        name="relu",
        title="ReLU",
        says=N_(
            "max(0, x): passes positive values unchanged and turns negative ones into 0, so that"
            " gradients reach the first layers of deep networks."
        ),
        shows=N_("Slope 0 below 0, slope 1 above"),
        keras="api/layers/activations/",
        lecture=TIPS,
        lessons=(8,),
    ),
    Term(
        name="sigmoid",
        title="Sigmoid",
        says=N_("1 / (1 + e⁻ˣ): maps any number to one between 0 and 1; its slope is at most ¼."),
        shows=N_("Nearly flat at both ends"),
        keras="api/layers/activations/",
        lecture=CLASSIFICATION,
        lessons=(7,),
    ),
    Term(
        name="softmax",
        title="Softmax",
        says=N_("Turns the ten numbers of the last layer into ten probabilities that add up to 1."),
        shows=N_("0.02 + 0.03 + 0.95 = 1"),
        keras="api/layers/activations/",
        lecture=KERAS_LECTURE,
    ),
    Term(
        name="convolution",
        title=N_("Convolution"),
        says=N_(
            "A small filter slides over the image and detects the same pattern everywhere; "
            "its output is a feature map."
        ),
        shows=N_("A 3×3 filter: 9 weights for the whole image"),
        keras="api/layers/convolution_layers/convolution2d/",
        lecture=CNN,
    ),
    Term(
        name="pooling",
        title=N_("Pooling"),
        says=N_(
            "Keeps one value of each window, the largest or the mean, so that the image becomes"
            " smaller."
        ),
        shows=N_("Max pooling 2×2: 16 numbers become 4"),
        keras="api/layers/pooling_layers/max_pooling2d/",
        lecture=CNN,
    ),
    Term(
        name="batch-normalization",
        title=N_("Batch normalization"),
        says=N_(
            "Scales each channel to mean 0 and standard deviation 1 within a batch, which "
            "makes training more stable."
        ),
        shows=N_("Before and after: mean 0, standard deviation 1"),
        keras="api/layers/normalization_layers/batch_normalization/",
    ),
    Term(
        name="dropout",
        title="Dropout",
        says=N_(
            "In each training step a random share of the neurons is set to 0, so that the network"
            " cannot rely on any single one; it helps against overfitting."
        ),
        shows=N_("Rate 0.5: half of the neurons, different ones in each step"),
        keras="api/layers/regularization_layers/dropout/",
        lecture=TIPS,
        lessons=(12,),
    ),
)

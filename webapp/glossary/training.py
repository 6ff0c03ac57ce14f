"""Terms: how a network learns."""

from __future__ import annotations

from webapp.glossary.term import (
    BACKPROPAGATION,
    CLASSIFICATION,
    DESCENT,
    KERAS_LECTURE,
    TIPS,
    Term,
)
from webapp.schemas.marks import N_

TERMS = (
    Term(
        name="loss",
        title=N_("Loss"),
        says=N_("One number that says how wrong the outputs are; training makes it smaller."),
        shows=N_("The loss falls from epoch to epoch"),
        keras="api/losses/",
        lecture=KERAS_LECTURE,
        lessons=(4,),
    ),
    Term(
        name="cross-entropy",
        title=N_("Cross-entropy"),
        says=N_(
            "The loss for classification: minus the logarithm of the probability that the right"
            " digit gets."
        ),
        shows=N_("−ln 0.9 = 0.11, but −ln 0.01 = 4.61"),
        keras="api/losses/probabilistic_losses/",
        lecture=CLASSIFICATION,
        lessons=(4,),
    ),
    Term(
        name="mean-squared-error",
        title=N_("Mean squared error"),
        says=N_(
            "The mean of the squared differences between outputs and label; it suits numbers, not"
            " classes."
        ),
        shows=N_("Output 0.7, label 1: (1 − 0.7)² = 0.09"),
        keras="api/losses/regression_losses/",
        lecture=CLASSIFICATION,
        lessons=(1,),
    ),
    Term(
        name="gradient",
        title=N_("Gradient"),
        says=N_(
            "Says for each weight how fast the loss rises with it; gradient descent changes each"
            " weight the opposite way."
        ),
        shows=N_("One step against the gradient"),
        keras="api/optimizers/",
        lecture=DESCENT,
        lessons=(7,),
    ),
    Term(
        name="optimizer",
        title=N_("Optimizer"),
        says=N_(
            "The rule that changes the weights by the gradient: SGD takes plain steps, Adam "
            "adapts the step size of each weight."
        ),
        shows=N_("SGD takes the long way, Adam the short one"),
        keras="api/optimizers/",
        lecture=TIPS,
        lessons=(10,),
    ),
    Term(
        name="learning-rate",
        title=N_("Learning rate"),
        says=N_(
            "How large each step against the gradient is: too small, and training is slow; too"
            " large, and it diverges."
        ),
        shows=N_("Too small, right, too large"),
        keras="api/optimizers/learning_rate_schedules/",
        lecture=DESCENT,
    ),
    Term(
        name="batch",
        title=N_("Batch"),
        says=N_(
            "A group of images after which the weights are updated once; the batch size is "
            "the number of these images."
        ),
        shows=N_("10,000 images ÷ 100 per batch = 100 updates per epoch"),
        keras="api/models/model_training_apis/",
        lecture=KERAS_LECTURE,
        lessons=(5, 6),
    ),
    Term(
        name="epoch",
        title=N_("Epoch"),
        says=N_("One pass through all training images."),
        shows=N_("20 epochs × 100 updates = 2,000 updates"),
        keras="api/models/model_training_apis/",
        lecture=KERAS_LECTURE,
        lessons=(1,),
    ),
    Term(
        name="seed",
        title=N_("Seed"),
        says=N_(
            "The number that all random choices start from, including the initial weights: "
            "the same seed gives the same run."
        ),
        shows=N_("Seeds 1, 2 and 3: three runs of one network"),
        keras="api/utils/python_utils/",
        lessons=(2,),
    ),
    Term(
        name="early-stopping",
        title=N_("Early stopping"),
        says=N_(
            "Training ends when the validation loss no longer falls, and the weights of the best"
            " epoch are restored."
        ),
        shows=N_("Stopped at the lowest validation loss"),
        keras="api/callbacks/early_stopping/",
        lecture=TIPS,
    ),
    Term(
        name="vanishing-gradient",
        title=N_("Vanishing gradient"),
        says=N_(
            "On its way back through many sigmoid layers the gradient becomes so small that the"
            " first layers do not learn."
        ),
        shows=N_("(¼)¹³ ≈ 0.000000015"),
        keras="api/layers/activations/",
        lecture=TIPS,
        lessons=(7,),
    ),
    Term(
        name="dead-neuron",
        title=N_("Dead and saturated neurons"),
        says=N_(
            "Where the activation function is flat no gradient passes: a ReLU neuron that outputs"
            " 0 for every image is dead, a sigmoid neuron near 0 or 1 is saturated."
        ),
        shows=N_("The flat parts of ReLU and sigmoid"),
        keras="api/layers/activations/",
        lecture=BACKPROPAGATION,
    ),
    Term(
        name="divergence",
        title=N_("Divergence"),
        says=N_(
            "The loss rises instead of falling until it is no longer a number (NaN), usually "
            "because the learning rate is too large."
        ),
        shows=N_("From 2.3 to infinity"),
        keras="api/callbacks/terminate_on_nan/",
        lecture=DESCENT,
    ),
)

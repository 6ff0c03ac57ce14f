"""The texts of the lessons: what is asked, the guesses, the moral (all msgids)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from webapp.schemas.marks import N_

Measure = Literal["test", "gain", "slower"]
"""What a guess is about: the test accuracy; how much higher it is than the partner's; how many
times as long as the partner's an epoch takes."""


@dataclass(frozen=True)
class Guess:
    """One guess to choose: right if ``low`` <= the measured value < ``high``."""

    text: str
    low: float
    high: float


@dataclass(frozen=True)
class Lesson:
    """One lesson about the experiment of the same number; ``partner`` is compared with it.

    ``today`` says where and why our figures differ from the lecture's; empty: they do not.
    """

    number: int
    title: str
    setup: str
    question: str
    measure: Measure
    guesses: tuple[Guess, ...]
    moral: str
    why: str
    today: str = ""
    partner: str | None = None

    @property
    def experiment(self) -> str:
        """The name of its experiment."""
        return str(self.number)


HOW_MANY = (
    Guess(N_("About 10%: no better than guessing"), 0.0, 0.2),
    Guess(N_("About 50%"), 0.2, 0.8),
    Guess(N_("Over 80%"), 0.8, 1.01),
)
BETTER = (
    Guess(N_("Clearly better"), 0.05, 1.01),
    Guess(N_("About the same"), -0.05, 0.05),
    Guess(N_("Clearly worse"), -1.01, -0.05),
)
SLOWER = (
    Guess(N_("Hardly longer"), 0.0, 2.0),
    Guess(N_("Two to five times as long"), 2.0, 5.0),
    Guess(N_("More than five times as long"), 5.0, 1e9),
)

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        1,
        N_("The start"),
        N_(
            "The lecture begins with three hidden layers of 633 sigmoid neurons, mean squared"
            " error as the loss and plain gradient descent."
        ),
        N_("It trains for twenty epochs. How many of the test images will it then recognise?"),
        "test",
        HOW_MANY,
        N_("Look at the training accuracy first."),
        N_(
            "Training and test accuracy are equally bad, so this is not overfitting: the "
            "network has never learned. It predicts the same digit for nearly every image. "
            "Remedies for overfitting do not help here."
        ),
        N_(
            "Two of our three seeds end where the lecture's run did. The third recognises "
            "17%: it has begun to tell sevens from ones, and predicts one of these two for "
            "every image."
        ),
    ),
    Lesson(
        2,
        N_("Wider layers"),
        N_("Each hidden layer gets 56 neurons more: 689 in place of 633."),
        N_("Will the larger network do better on the test images?"),
        "gain",
        BETTER,
        N_("More neurons are a matter of luck, not a remedy."),
        N_(
            "What keeps a network from learning is still there when it is larger. Where one run"
            " does a little better, train it again with another seed before you believe it."
        ),
        N_(
            "The lecture's run came to 21.66%. Of ours, two stay at 11.35% and one comes to "
            "14.42%, where the smaller network with the same seed came to 17.21%: luck, either way."
        ),
        partner="1",
    ),
    Lesson(
        3,
        N_("Ten more layers"),
        N_("Ten more hidden layers: thirteen of 689 sigmoid neurons, all else as before."),
        N_("Now it is deep. How many of the test images will it recognise?"),
        "test",
        HOW_MANY,
        N_("Deeper is not better by itself."),
        N_(
            "A network that does not learn with three layers does not learn with thirteen: each"
            " further sigmoid makes the gradient that reaches the first layers smaller still."
        ),
        partner="2",
    ),
    Lesson(
        4,
        N_("Cross-entropy"),
        N_(
            "Back to three hidden layers. Only the loss changes: cross-entropy, not mean squared"
            " error."
        ),
        N_("One word of the program is different. How many test images does it recognise?"),
        "test",
        HOW_MANY,
        N_("Mean squared error does not suit classification."),
        N_(
            "Where the softmax outputs are far from the label, the gradient of the mean "
            "squared error is almost 0, so the steps are smallest where they should be "
            "largest. The gradient of cross-entropy is largest exactly there: the same "
            "network now learns."
        ),
        N_(
            "Our runs end two points below the lecture's. With two more epochs, or with larger "
            "random weights at the start, they reach it."
        ),
        partner="2",
    ),
    Lesson(
        5,
        N_("One batch of all images"),
        N_("The network of lesson 4, but with all training images in a single batch."),
        N_("An epoch takes less time now. How does the test accuracy change?"),
        "test",
        HOW_MANY,
        N_("Fast, but too few updates."),
        N_(
            "Each batch makes one update. Twenty epochs are now twenty updates, where small "
            "batches made two thousand: an epoch is fast, but the weights have hardly "
            "changed."
        ),
        partner="4",
    ),
    Lesson(
        6,
        N_("Batches of one image"),
        N_("The other extreme: the weights change after every single image."),
        N_("How much longer does an epoch take than in lesson 4?"),
        "slower",
        SLOWER,
        N_("Very slow: nothing is done in parallel."),
        N_(
            "A batch is one product of matrices, and a computer needs hardly more time for a"
            " hundred images than for one. On the lecture's graphics card an epoch of 50,000"
            " images took 166 seconds one by one and 17 seconds in batches of ten, which are"
            " also steadier."
        ),
        N_(
            "With the lecture's images these are 200,000 updates instead of 2,000, so in the"
            " end our runs recognise over 91%: slow, but each image changes the weights."
        ),
        partner="4",
    ),
    Lesson(
        7,
        N_("Ten more layers, once more"),
        N_("Cross-entropy made three layers learn. Now ten more sigmoid layers are added again."),
        N_("With the right loss, does depth help? How many test images does it recognise?"),
        "test",
        HOW_MANY,
        N_("Gradients vanish on the way back."),
        N_(
            "On its way back through a sigmoid, the gradient is multiplied by a quarter at"
            " most. Thirteen of them leave less than a ten-millionth for the first layer, which"
            " therefore keeps its random initial weights."
        ),
        N_(
            "Which digit it predicts is chance: with the lecture's images two of our seeds "
            "end at 1, as the lecture's did, and one at 7."
        ),
        partner="4",
    ),
    Lesson(
        8,
        N_("ReLU"),
        N_("The same thirteen layers, but with ReLU in place of sigmoid."),
        N_("Only the activation function changes. How many test images does it recognise?"),
        "test",
        HOW_MANY,
        N_("ReLU trains deep networks."),
        N_(
            "Wherever a neuron is active the slope of ReLU is 1, so the gradient reaches the"
            " first layer without becoming smaller."
        ),
        N_(
            "With steps this large a deep network can still lose accuracy: one of our three"
            " seeds fell from 99% to 62% in the last two epochs and ended at 90.5% on the test"
            " images. The others reach 95%, as the lecture's did."
        ),
        partner="7",
    ),
    Lesson(
        9,
        N_("Pixels not divided by 255"),
        N_("The network that works so well, but one line is missing: the division by 255."),
        N_("The pixels are now numbers from 0 to 255. How many test images does it recognise?"),
        "test",
        HOW_MANY,
        N_("A tiny detail decides."),
        N_(
            "Inputs 255 times as large make the gradients enormous. The very first updates "
            "change the weights so much that the network predicts the same digit for every "
            "image, and later updates cannot correct this."
        ),
        N_(
            "The lecture's network always predicted 7, with a loss of 14.39, because Keras "
            "then clipped the loss. Today's Keras does not: the weights grow until they are "
            "no longer numbers. With the old clipping we get a loss between 14.33 and 14.40."
        ),
        partner="8",
    ),
    Lesson(
        10,
        N_("Adam"),
        N_("The pixels are divided by 255 again, and Adam replaces plain gradient descent."),
        N_("How does the final test accuracy compare with that of plain gradient descent?"),
        "gain",
        BETTER,
        N_("The same result, reached sooner."),
        N_(
            "Adam gives every weight a step size of its own, so the accuracy rises within the"
            " first epochs. After twenty, plain gradient descent has caught up."
        ),
        N_(
            "After the second epoch our runs recognise 66–79% of the training images with Adam"
            " and 34–42% without. At the end both go up and down by a point or two, and more"
            " when there are few images: compare several runs."
        ),
        partner="8",
    ),
    Lesson(
        11,
        N_("Noise on the test images"),
        N_(
            "The network of the lesson before, trained on clean images. Only the test images "
            "change: each pixel gets random noise with a standard deviation of 1."
        ),
        N_("How many of the noisy images will it recognise?"),
        "test",
        HOW_MANY,
        N_("Training and test data must be alike."),
        N_(
            "The training accuracy says nothing about data of another kind. People still "
            "recognise the noisy digits; a network that never saw noise does far worse."
        ),
        partner="10",
    ),
    Lesson(
        12,
        N_("Dropout"),
        N_(
            "Three ReLU layers, and after each of them dropout: in every step 70% of the"
            " neurons, chosen at random, are set to 0. The test images are noisy again."
        ),
        N_("How does it do on the noisy images, compared with the same network without dropout?"),
        "gain",
        BETTER,
        N_("Training gets worse, the test better: use dropout when a network overfits."),
        N_(
            "A network that cannot rely on any single neuron spreads what it learns over many,"
            " so noise in some of them matters less. The training accuracy falls a little:"
            " dropout does not help where the training accuracy itself is low."
        ),
        partner="12a",
    ),
)

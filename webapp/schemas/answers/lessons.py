"""The lessons, their experiments, and the runs that were trained for them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from webapp.schemas.answers.base import Answer, Count, Share, maybe
from webapp.schemas.answers.glossary import Term
from webapp.schemas.answers.run import Run

SENTENCE = Field(examples=["How many of the test images will it then read correctly?"])


class LessonSize(Answer):
    """How much to train with; ``available``: its images are on the server's machine."""

    name: str = Field(examples=["small"])
    title: str = Field(examples=["Few images"])
    help: str = SENTENCE
    dataset: str = Field(examples=["mnist-5k"])
    available: bool


class Guess(Answer):
    """One answer to choose: right where ``low`` ≤ what was measured < ``high``."""

    text: str = Field(examples=["About 50%"])
    low: float = Field(examples=[0.2])
    high: float = Field(examples=[0.8])


class Lesson(Answer):
    """One lesson. A guess is about the test accuracy, how much higher it is than the partner's, or
    how many times as long an epoch takes; ``today`` says where our figures differ, or is empty;
    ``terms`` are those of the glossary that it shows at work."""

    number: int = Field(ge=1)
    title: str = Field(examples=["The start"])
    setup: str = SENTENCE
    question: str = SENTENCE
    experiment: str = Field(examples=["1"])
    partner: str | None
    measure: Literal["test", "gain", "slower"]
    guesses: list[Guess]
    moral: str = SENTENCE
    why: str = SENTENCE
    today: str = Field(examples=[""])
    terms: list[Term]


class Fact(Answer):
    """A chosen value; ``usual`` marks a default that a sentence need not name."""

    name: str = Field(examples=["activation"])
    label: str = Field(examples=["Activation"])
    value: str = Field(examples=["relu"])
    usual: bool


class LessonData(Answer):
    """The part ``dataset`` of a lesson's configuration."""

    name: str = Field(examples=["mnist-5k"])
    train_samples: int = Field(ge=1, examples=[4000])
    scale: bool
    test_noise: float = Field(ge=0, examples=[0.0])


class LessonLayer(Answer):
    """A layer of a lesson's configuration with the arguments that the lesson chooses."""

    type: Literal["Flatten", "Dense", "Dropout"]
    units: int = maybe(689)
    activation: str = maybe("sigmoid")
    rate: float = maybe(0.7)


class LessonOptimizer(Answer):
    """The optimizer of a lesson's configuration."""

    name: str = Field(examples=["SGD"])
    learning_rate: float = maybe(0.1)


class LessonCompile(Answer):
    """The part ``compile`` of a lesson's configuration."""

    loss: str = Field(examples=["mean_squared_error"])
    optimizer: LessonOptimizer


class LessonFit(Answer):
    """The part ``fit`` of a lesson's configuration."""

    batch_size: int = Field(ge=1, examples=[40])
    epochs: int = Field(ge=1, examples=[20])
    validation_split: float = Field(ge=0, examples=[0.0])


class LessonConfig(Answer):
    """An experiment as it is sent to be trained: a run's configuration without its defaults."""

    name: str = Field(examples=["Lesson 1: the start"])
    dataset: LessonData
    layers: list[LessonLayer]
    compile: LessonCompile
    fit: LessonFit
    seed: Count


class LessonFigures(Answer):
    """Accuracies that the lecture showed; null: it showed none."""

    train: Share | None
    test: Share | None


class LessonMeasured(Answer):
    """One seed, measured by the program itself: ``train`` evaluated on the training images,
    ``train_epoch`` and ``accuracies`` Keras' means over an epoch, ``answers`` how often each digit
    was the answer on the test images."""

    seed: Count
    train: Share
    train_epoch: Share
    test: Share
    epoch_seconds: float = Field(ge=0, examples=[1.2])
    answers: list[Count] = Field(min_length=10, max_length=10)
    accuracies: list[Share | None]


class SizedExperiment(Answer):
    """An experiment in one size."""

    config: LessonConfig
    facts: list[Fact]
    measured: list[LessonMeasured]


class Experiment(Answer):
    """One training of the lecture, in each size."""

    name: str = Field(examples=["1"])
    title: str = Field(examples=["the start"])
    params: Count = Field(examples=[1306522])
    lecture: LessonFigures
    sizes: dict[str, SizedExperiment]


class Lessons(Answer):
    """The lecture's experiments as lessons."""

    sizes: list[LessonSize]
    default_size: str = Field(examples=["small"])
    lessons: list[Lesson]
    experiments: dict[str, Experiment]


class LessonRuns(Answer):
    """The newest runs of each experiment in one size, by the experiment's name."""

    size: str = Field(examples=["small"])
    runs: dict[str, list[Run]]

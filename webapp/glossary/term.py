"""A term of the glossary."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

KERAS = "https://keras.io/"
COURSE = "https://speech.ee.ntu.edu.tw/~tlkagk/courses_ML17.html"
"""The page of Hung-yi Lee's course of 2017, with the slides and videos of its lectures."""

KERAS_LECTURE = "“Hello world” of Deep Learning"
TIPS = "Tips for Deep Learning"
INTRODUCTION = "Introduction of Deep Learning"
DESCENT = "Gradient Descent"
CLASSIFICATION = "Classification: Logistic Regression"
CNN = "Convolutional Neural Network"
ERRORS = "Where does the error come from?"
BACKPROPAGATION = "Backpropagation"
NEIGHBORS = "Unsupervised Learning: Neighbor Embedding"


Lesson = Annotated[int, Field(ge=1, le=12)]


class Term(BaseModel):
    """One term: ``title``, ``says`` and ``shows`` (what its picture shows) are msgids.

    ``keras`` is the path of Keras' page, ``lecture`` the title of the lecture that explains the
    term (empty: the course has none of its own), ``lessons`` the lessons that show it at work.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str = Field(min_length=1)
    says: str = Field(min_length=1)
    shows: str = Field(min_length=1)
    keras: str = Field(pattern=r"^(api|examples|getting_started)/[a-z0-9_/]+/$")
    lecture: str = ""
    lessons: tuple[Lesson, ...] = ()

    @property
    def keras_page(self) -> str:
        """The address of Keras' page."""
        return KERAS + self.keras

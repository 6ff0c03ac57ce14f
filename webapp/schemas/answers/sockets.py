"""What clients send by Socket.IO, what is acknowledged, and what is pushed.

Acknowledged is the answer of ``CALLS``, or ``Error``; pushed is what ``PUSHES`` says.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from webapp.schemas.answers.base import Answer, Count, RunId, maybe
from webapp.schemas.answers.drawings import Image, RawPixels, Strokes
from webapp.schemas.answers.history import Event
from webapp.schemas.answers.predictions import Prediction
from webapp.schemas.answers.run import Run
from webapp.schemas.events import MAX_SEQ

Chosen = Annotated[int, Field(ge=0, le=MAX_SEQ)] | Literal["best", "newest"]
"""The weights of an epoch."""


class Call(Answer):
    """The base of calls whose other keys are ignored."""

    model_config = ConfigDict(extra="ignore")


class WatchCall(Call):
    """Hear of a run's events after ``after``."""

    run_id: RunId
    after: Annotated[int, Field(ge=0, le=MAX_SEQ)] = maybe(0)


class Watched(Answer):
    """The run and its first events."""

    run: Run
    events: list[Event]


class UnwatchCall(Call):
    """Hear of a run no more."""

    run_id: RunId


class Nothing(Answer):
    """Done."""


class WatchRunsCall(Call):
    """Hear of every run."""


class WatchedRuns(Answer):
    """The newest runs."""

    runs: list[Run]


class PredictStrokes(Strokes):
    """Ask for a digit, with the newest weights or those of an epoch."""

    run_id: RunId
    epoch: Chosen = maybe("best")


class PredictImage(Image):
    """Ask for a digit, with the newest weights or those of an epoch."""

    run_id: RunId
    epoch: Chosen = maybe("best")


class PredictPixels(RawPixels):
    """Ask for a digit, with the newest weights or those of an epoch."""

    run_id: RunId
    epoch: Chosen = maybe("best")


class PredictCall(RootModel[Any]):
    """Ask what a run's network sees in a drawing."""

    model_config = ConfigDict(defer_build=True)

    root: PredictStrokes | PredictImage | PredictPixels


class RunDeleted(Answer):
    """The run and its events are gone."""

    run_id: RunId


class DatasetEvent(Answer):
    """The progress of a download, in bytes; ``message`` says why it failed, or is empty."""

    name: str = Field(examples=["mnist"])
    state: Literal["downloading", "available", "failed"]
    received: Count
    total: Count = Field(examples=[11490434])
    message: str = Field(examples=[""])


CALLS: dict[str, tuple[type[BaseModel], type[BaseModel]]] = {
    "watch": (WatchCall, Watched),
    "unwatch": (UnwatchCall, Nothing),
    "watch_runs": (WatchRunsCall, WatchedRuns),
    "predict": (PredictCall, Prediction),
}
"""By the name of the event: what a client sends, and what it is answered."""

PUSHES: dict[str, type[BaseModel]] = {
    "event": Event,
    "run": Run,
    "run_deleted": RunDeleted,
    "dataset": DatasetEvent,
}
"""By the name of the event: what the server sends."""

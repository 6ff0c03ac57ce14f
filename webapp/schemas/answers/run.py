"""A run as it is answered and pushed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from webapp.schemas.answers.base import Answer, Count, Epoch, Loss, RunId, Share, Time
from webapp.schemas.config import RunConfig
from webapp.schemas.statuses import Status

Source = Literal["trained", "imported"]

IMPORTED: Source = "imported"
"""The run is a model from outside."""

NOT_YET = Field(examples=[None])
"""What a run that trains does not have."""


class Metrics(Answer):
    """Loss and accuracy of an epoch; ``val_*`` are null without a validation split, and so is what
    is not finite."""

    loss: Loss | None
    accuracy: Share | None
    val_loss: Loss | None
    val_accuracy: Share | None


class BestMetrics(Metrics):
    """The epoch with the best validation accuracy (training accuracy without validation), of those
    with a finite loss."""

    epoch: Epoch


class TestMetrics(Answer):
    """Loss and accuracy on the test set; null where the loss is not finite."""

    loss: Loss | None
    accuracy: Share | None


class Duplicate(Answer):
    """The configuration of a run with a fresh name, to change one thing and train it again."""

    config: RunConfig


class Failure(Answer):
    """Why a run failed, in one sentence."""

    message: str = Field(examples=["The worker ended."])


class Owner(Answer):
    """Whose a run is: ``mine`` for the browser or program that made it."""

    mine: bool
    name: str | None = NOT_YET


class Run(Answer):
    """A run's summary. Times are ISO 8601 in UTC with milliseconds.

    ``latest`` also tells the epoch's share done: ``epoch`` counts whole epochs.
    ``diverged``: its newest loss is not a finite number, so its newest weights give no answers.
    ``queue_position`` counts from 1 and is null unless the run is queued; ``wait_seconds`` is
    the longest it will wait, ``wait_least_seconds`` the shortest, null unless it is queued and that
    can be estimated.
    ``disk_bytes`` is the size of its files, measured a second after they change, and null before.
    ``owned`` is False for a run that has no owner at all: a program made it without a name.
    """

    id: RunId
    name: str = Field(examples=["Softmax regression"])
    source: Source
    status: Status = Field(examples=["running"])
    config: RunConfig
    created_at: Time
    started_at: Time | None
    ended_at: Time | None = NOT_YET
    params: Count = Field(examples=[7850])
    epoch: Epoch
    epochs: int = Field(ge=0, examples=[20])
    eta_seconds: float | None = Field(examples=[12.5])
    queue_position: Annotated[int, Field(ge=1)] | None = NOT_YET
    wait_seconds: float | None = NOT_YET
    wait_least_seconds: float | None = NOT_YET
    latest: Metrics
    best: BestMetrics | None
    test: TestMetrics | None = NOT_YET
    diverged: bool = Field(examples=[False])
    error: Failure | None = NOT_YET
    owner: Owner
    owned: bool
    attempt: Count = Field(examples=[1])
    last_seq: Count = Field(examples=[42])
    disk_bytes: Count | None = Field(examples=[7_812_000])

"""A run as it is answered and pushed."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from webapp.schemas.config import RunConfig
from webapp.schemas.statuses import Status

Source = Literal["trained", "imported"]

IMPORTED: Source = "imported"
"""The run is a model from outside."""


class Answer(BaseModel):
    """The base of what the server answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Metrics(Answer):
    """Loss and accuracy of an epoch; ``val_*`` are None without a validation split."""

    loss: float | None = None
    accuracy: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None


class BestMetrics(Metrics):
    """The epoch with the best validation accuracy (training accuracy without validation), of those
    with a finite loss."""

    epoch: int


class TestMetrics(Answer):
    """Loss and accuracy on the test set; None where the loss is not finite."""

    loss: float | None
    accuracy: float | None


class Failure(Answer):
    """Why a run failed, in one sentence."""

    message: str


class Owner(Answer):
    """Whose a run is: ``mine`` for the browser or program that made it."""

    mine: bool
    name: str | None


class Run(Answer):
    """A run's summary. Times are ISO 8601 in UTC with milliseconds.

    ``latest`` also tells the epoch's share done: ``epoch`` counts whole epochs.
    ``diverged``: its newest loss is not a finite number, so its newest weights give no answers.
    ``queue_position`` counts from 1 and is None unless the run is queued; ``wait_seconds`` is
    how long it will wait at most, None unless it is queued and that can be told.
    ``owned`` is False for a run that has no owner at all: a program made it without a name.
    """

    id: str
    name: str
    source: Source
    status: Status
    config: RunConfig
    created_at: str
    started_at: str | None
    ended_at: str | None
    params: int
    epoch: int
    epochs: int
    eta_seconds: float | None
    queue_position: int | None
    wait_seconds: float | None
    latest: Metrics
    best: BestMetrics | None
    test: TestMetrics | None
    diverged: bool
    error: Failure | None
    owner: Owner
    owned: bool
    attempt: int
    last_seq: int

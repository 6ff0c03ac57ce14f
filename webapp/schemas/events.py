"""What happens to a run, as it is recorded, pushed and answered.

A worker sends the items below without a number; the web process gives each the run's
next ``seq`` and the time, stores it, then publishes it. A value that is not finite travels
as ``None`` with ``diverged`` true: no NaN ever reaches JSON.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from webapp.schemas.statuses import WorkerStatus

METRICS = ("loss", "accuracy", "val_loss", "val_accuracy")
"""What is measured of every epoch."""

MAX_SEQ = 2**53
"""The highest number of an event: above it, JavaScript's numbers have gaps."""

EVENT_TYPES = ("status", "batch", "epoch", "evaluation")


class Item(BaseModel):
    """The base of everything a worker reports."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class BatchItem(Item):
    """Running means of an epoch after ``step`` of ``steps`` batches; at most ten a second."""

    type: Literal["batch"] = "batch"
    epoch: int = Field(ge=1)
    step: int = Field(ge=1)
    steps: int = Field(ge=1)
    loss: float | None
    accuracy: float | None
    diverged: bool = False


class EpochItem(Item):
    """One whole epoch. Its checkpoint must be stored before it is reported.

    ``seconds`` is the training time of the epoch without validation; ``learning_rate`` the one of
    its last batch.
    """

    type: Literal["epoch"] = "epoch"
    epoch: int = Field(ge=1)
    loss: float | None
    accuracy: float | None
    val_loss: float | None = None
    val_accuracy: float | None = None
    learning_rate: float
    seconds: float = Field(ge=0)
    samples_per_second: float = Field(ge=0)
    diverged: bool = False


class EvaluationItem(Item):
    """Loss and accuracy on the test part of the run's own dataset."""

    type: Literal["evaluation"] = "evaluation"
    loss: float | None
    accuracy: float | None
    diverged: bool = False


class StatusItem(Item):
    """The worker's word on where the run stands.

    ``running`` says that training starts after epoch ``from_epoch``; all others end the attempt.
    ``paused`` and ``queued`` (it was asked to go, and gives the run back) can be gone on from at
    the very batch. ``part`` is 1 where a later checkpoint than that of the last whole epoch, which
    is ``epoch``, was sent. ``message`` is a sentence for people, or empty.
    """

    type: Literal["status"] = "status"
    status: WorkerStatus
    message: str = Field(default="", max_length=2000)
    from_epoch: int = Field(default=0, ge=0)
    epoch: int = Field(default=0, ge=0)
    part: Literal[0, 1] = 0


WorkerItem = Annotated[
    BatchItem | EpochItem | EvaluationItem | StatusItem, Field(discriminator="type")
]

"""Lists of runs, and what happened to a run: events, epochs and kept checkpoints."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, RootModel

from webapp.schemas.answers.base import Answer, Count, Epoch, Loss, RunId, Share, Time, maybe
from webapp.schemas.answers.run import Metrics, Run
from webapp.schemas.statuses import Status

Diverged = Literal[True]
"""Said only of what has a value that is not finite, which is null then."""


class Runs(Answer):
    """One page of the list of runs; ``next`` is the cursor of the following page."""

    runs: list[Run]
    next: str | None


class NotDeleted(Answer):
    """A run that was not deleted, and why, as the error of its own deletion says it."""

    id: RunId
    code: str = Field(examples=["wrong_state"])
    message: str


class Deleted(Answer):
    """What came of deleting several runs; each is in one of the two."""

    deleted: list[RunId]
    kept: list[NotDeleted]


class Recorded(Answer):
    """What all events have: ``seq`` counts 1, 2, 3 … within the run, ``at`` is when it was
    recorded."""

    run_id: RunId
    seq: int = Field(ge=1)
    at: Time


class StatusEvent(Recorded):
    """The run's status changed; with a ``message`` training begins again after ``from_epoch``."""

    type: Literal["status"]
    status: Status
    message: str = Field(examples=[""])
    attempt: Count
    from_epoch: Epoch


class BatchEvent(Recorded):
    """Running means of the epoch under way; at most ten a second."""

    type: Literal["batch"]
    epoch: Epoch
    step: int = Field(ge=1, examples=[12])
    steps: int = Field(ge=1, examples=[36])
    loss: Loss | None
    accuracy: Share | None
    diverged: Diverged = maybe()


class EpochEvent(Recorded):
    """A whole epoch; ``seconds`` is its training time without validation."""

    type: Literal["epoch"]
    epoch: Epoch
    loss: Loss | None
    accuracy: Share | None
    val_loss: Loss | None
    val_accuracy: Share | None
    learning_rate: float = Field(examples=[0.001])
    seconds: float = Field(ge=0, examples=[0.7])
    samples_per_second: float = Field(ge=0, examples=[5100.0])
    diverged: Diverged = maybe()


class EvaluationEvent(Recorded):
    """Loss and accuracy on the test set."""

    type: Literal["evaluation"]
    loss: Loss | None
    accuracy: Share | None
    diverged: Diverged = maybe()


class Event(RootModel[Any]):
    """One event of a run."""

    model_config = ConfigDict(defer_build=True)

    root: Annotated[
        EpochEvent | BatchEvent | StatusEvent | EvaluationEvent, Field(discriminator="type")
    ]


class Events(Answer):
    """Events in order; ``last_seq`` is the run's, not the last one's here."""

    events: list[Event]
    last_seq: Count


class Checkpoint(Metrics):
    """A kept epoch and what was measured after it. ``lasting``: it stays for some time, however
    fast newer epochs come."""

    epoch: Epoch
    best: bool
    newest: bool
    lasting: bool
    bytes: Count


class Checkpoints(Answer):
    """The epochs whose weights are kept, ascending."""

    checkpoints: list[Checkpoint]


class EpochColumns(Answer):
    """Columns of equal length, an entry for each epoch."""

    epoch: list[Epoch]
    loss: list[Loss | None]
    accuracy: list[Share | None]
    val_loss: list[Loss | None]
    val_accuracy: list[Share | None]
    learning_rate: list[float]
    seconds: list[float]


class BatchColumns(Answer):
    """Columns of equal length; ``x`` is epochs done, with the share of the one under way."""

    x: list[float]
    loss: list[Loss | None]
    accuracy: list[Share | None]


class Restart(Answer):
    """Training began again after ``epoch``, because a worker or a checkpoint was lost."""

    seq: int = Field(ge=1)
    epoch: Epoch


class Curve(Answer):
    """A run and what happened up to ``run.last_seq``, thinned for drawing.

    ``diverged``: epochs in which a value was not finite; ``batch_stride``: each point stands for so
    many events; ``learning_rate``: wished for while it trained, null: as configured.
    """

    run: Run
    epochs: EpochColumns
    diverged: list[Epoch]
    batches: BatchColumns
    batch_stride: int = Field(ge=1)
    restarts: list[Restart]
    learning_rate: float | None

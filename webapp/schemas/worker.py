"""What a train worker and the web process say to each other, over HTTP.

Each start of a run is an attempt with a number and a token of its own. The worker numbers
what it sends 1, 2, 3 … within its attempt; the server stores the highest number together with
the events and answers it, so a worker may send anything twice and nothing is doubled.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from webapp.schemas.config import RunConfig
from webapp.schemas.events import WorkerItem

LEASE_SECONDS = 60.0
"""A worker that could not reach the server for so long ends itself."""

HEARTBEAT_SECONDS = 0.1
"""A report, empty or not, is sent at least this often; commands arrive with its answer, and a
button must take effect within a second. What it costs: docs/results.md, "Constants and their
sources"."""


class Message(BaseModel):
    """The base of every message of the protocol."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_serialization_defaults_required=True
    )


class Assignment(Message):
    """The one line that a worker reads from its standard input."""

    server: str
    run_id: str
    attempt: int = Field(ge=1)
    token: str
    data_dir: str


class Commands(Message):
    """What the server wants of the worker now.

    ``pause_after_epoch`` pauses once that many epochs are whole. ``learning_rate`` is wished for by
    people; ``learning_rate_change`` counts their wishes, so that each is obeyed once, also by an
    attempt that goes on from a checkpoint (which tells how many of them it has seen).
    """

    stop: bool = False
    pause: bool = False
    pause_after_epoch: int | None = None
    learning_rate: float | None = None
    learning_rate_change: int = Field(default=0, ge=0)


class Job(Message):
    """Answer of ``GET job``: what to train, and from where.

    ``config`` with the epochs that are wanted by now. Where there is a checkpoint to go on from,
    of ``from_epoch``, it is had from ``GET checkpoint``. ``extended``: more epochs were added to a
    run that had ended there.
    """

    config: RunConfig
    seed: int = Field(ge=0, lt=2**32)
    from_epoch: int = Field(default=0, ge=0)
    has_checkpoint: bool = False
    extended: bool = False
    commands: Commands = Commands()


class NumberedItem(Message):
    """An item with its number in the attempt."""

    n: int = Field(ge=1)
    item: WorkerItem


class Report(Message):
    """Body of ``POST reports``. No items: a heartbeat."""

    items: list[NumberedItem] = Field(default_factory=list, max_length=1000)


class Receipt(Message):
    """Answer of ``POST reports``: the highest ``n`` stored, and commands."""

    n: int = Field(ge=0)
    commands: Commands = Commands()

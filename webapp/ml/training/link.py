"""A train worker's side of the protocol: nothing in the training loop waits for the network.

What the loop has to say goes into an outbox; one thread sends it in order, again and again until
the server has it. A report, empty or not, goes out three times a second at least (ten times where
there is nothing to say): it renews the lease, and its answer brings commands. Without an answer
for a whole lease, or when the server says that this attempt is over, the link is lost and the
worker ends.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from webapp.ml.training.client import Client, NoRoom, Refused, Unreachable
from webapp.schemas.events import WorkerItem
from webapp.schemas.worker import (
    HEARTBEAT_SECONDS,
    LEASE_SECONDS,
    Commands,
    Job,
    NumberedItem,
    Receipt,
    Report,
)

T = TypeVar("T")
log = logging.getLogger(__name__)

GATHER_SECONDS = 0.2
"""Batches are sent together that often: five requests a second."""

RETRY_SECONDS = 1.0
"""The longest wait before the server is tried again."""

ITEMS_A_REPORT = 500

BACKLOG_BYTES = 1 << 30
"""With more than this in unsent checkpoints, the training loop waits after all: 1 GiB."""

BACKLOG = 4
"""And with more unsent ones than this while the server answers: a run whose epochs are shorter than
it takes to store them must not get so far ahead that a stop would take seconds to be seen."""


@dataclass(frozen=True)
class StoredCheckpoint:
    """A checkpoint that waits to be sent; its file is deleted once the server has it."""

    epoch: int
    part: int
    content: Path | bytes
    size: int


class Link:
    """The connection of one attempt.

    `commands` are the server's newest; `leaving` is set when this process was asked to go, `lost`
    when nobody wants the attempt any more. Once training should end, the link's own thread calls
    `on_ending` after every report.
    """

    def __init__(self, client: Client, lease: float = LEASE_SECONDS) -> None:
        self.commands = Commands()
        self.leaving = threading.Event()
        self.lost = threading.Event()
        self.on_ending: Callable[[], None] = lambda: None
        self._client = client
        self._lease = lease
        self._outbox: deque[NumberedItem | StoredCheckpoint] = deque()
        self._changed = threading.Condition()
        self._n = 0
        self._closing = False
        self._answering = True
        self._heard = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    @property
    def ending(self) -> bool:
        """Whether training should end, for good or for now."""
        return self.commands.stop or self.pausing or self.lost.is_set()

    @property
    def pausing(self) -> bool:
        """Whether training should end so that it can go on at the very batch."""
        return self.commands.pause or self.leaving.is_set()

    def job(self) -> Job:
        """What to train; waits for the server up to a lease. Raises Refused or Unreachable."""
        job = self._insist(lambda: Job.model_validate_json(self._client.get("job")))
        self.commands = job.commands
        return job

    def fetch_checkpoint(self, path: Path) -> None:
        """Fetch the checkpoint to go on from. Raises Refused or Unreachable."""
        self._insist(lambda: self._client.download("checkpoint", path))

    def start(self) -> None:
        """Start sending and beating."""
        self._thread.start()

    def send(self, item: WorkerItem) -> None:
        """Put an item into the outbox, with the next number."""
        with self._changed:
            self._n += 1
            self._outbox.append(NumberedItem(n=self._n, item=item))
            self._changed.notify_all()

    def send_checkpoint(self, epoch: int, part: int, content: Path | bytes) -> None:
        """Put a checkpoint into the outbox; its file belongs to the link from now on. One that
        lies in memory waits until no other does."""
        in_memory = isinstance(content, bytes)
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        stored = StoredCheckpoint(epoch, part, content, size)
        with self._changed:
            self._changed.wait_for(self._is_sent if in_memory else self._has_room)
            self._outbox.append(stored)
            self._changed.notify_all()

    def close(self) -> bool:
        """Send what is left, then end the thread; whether the server has everything."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        return not self.lost.is_set()

    def _is_sent(self) -> bool:
        """Whether no checkpoint waits."""
        waits = any(isinstance(entry, StoredCheckpoint) for entry in self._outbox)
        return self.lost.is_set() or not waits

    def _has_room(self) -> bool:
        waiting = [entry.size for entry in self._outbox if isinstance(entry, StoredCheckpoint)]
        few = len(waiting) < BACKLOG or not self._answering
        return self.lost.is_set() or (few and sum(waiting) < BACKLOG_BYTES)

    def _run(self) -> None:
        """The thread: send, wait for more or for the next heartbeat, until closed or lost."""
        try:
            while not self.lost.is_set() and not self._done():
                self._insist(self._send_next)
                self._rest()
        except (Refused, Unreachable) as error:
            log.error("The link to the server is lost: %s", error)
        except Exception:
            log.exception("The link failed")
        if not self._done():
            self._lose()
        self._client.close()

    def _done(self) -> bool:
        with self._changed:
            return self._closing and not self._outbox

    def _lose(self) -> None:
        with self._changed:
            self.lost.set()
            self._changed.notify_all()
        self.on_ending()

    def _rest(self) -> None:
        """Wait for something to send, a whole heartbeat at most; then a little for more of it to
        go together, unless people wait for what is there."""
        with self._changed:
            if not self._outbox and not self._closing:
                self._changed.wait(HEARTBEAT_SECONDS)
            if self._outbox:
                self._changed.wait_for(self._urgent, GATHER_SECONDS)

    def _urgent(self) -> bool:
        """Whether something waits that people wait for: anything but batches."""
        return self._closing or any(
            isinstance(entry, StoredCheckpoint) or entry.item.type != "batch"
            for entry in self._outbox
        )

    def _send_next(self) -> None:
        """Send the checkpoint at the head of the outbox, or the items before the next one."""
        items: list[NumberedItem] = []
        with self._changed:
            head = self._outbox[0] if self._outbox else None
            for entry in self._outbox:
                if isinstance(entry, StoredCheckpoint) or len(items) == ITEMS_A_REPORT:
                    break
                items.append(entry)
        if isinstance(head, StoredCheckpoint):
            self._client.upload(f"checkpoints/{head.epoch}/{head.part}", head.content)
            if isinstance(head.content, Path):
                head.content.unlink(missing_ok=True)
            self._forget(lambda entry: entry is head)
        else:
            self._report(items)

    def _report(self, items: list[NumberedItem]) -> None:
        body = Report(items=items).model_dump_json().encode()
        receipt = Receipt.model_validate_json(self._client.post("reports", body))
        self.commands = receipt.commands
        self._forget(lambda entry: isinstance(entry, NumberedItem) and entry.n <= receipt.n)
        if self.ending:
            self.on_ending()

    def _forget(self, sent: Callable[[NumberedItem | StoredCheckpoint], bool]) -> None:
        with self._changed:
            while self._outbox and sent(self._outbox[0]):
                self._outbox.popleft()
            self._changed.notify_all()

    def _insist(self, attempt: Callable[[], T]) -> T:
        """Do `attempt`, again while the server cannot be reached, as long as the lease lasts.

        A server whose disk is full is reached: it is waited for however long that takes.
        """
        wait = 0.05
        while True:
            try:
                result = attempt()
            except (Unreachable, ValidationError) as error:
                full = isinstance(error, NoRoom)
                self._hear(full)
                if full:
                    self._heard = time.monotonic()
                elif time.monotonic() - self._heard > self._lease:
                    raise Unreachable(f"no answer for a whole lease: {error}") from error
                time.sleep(wait)
                wait = min(2 * wait, RETRY_SECONDS)
            else:
                self._heard = time.monotonic()
                self._hear(True)
                return result

    def _hear(self, answering: bool) -> None:
        """Note whether the server answers; who waits for room looks again."""
        if answering != self._answering:
            with self._changed:
                self._answering = answering
                self._changed.notify_all()

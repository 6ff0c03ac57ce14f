"""The train worker's connection to the server, which never blocks the training loop.

The loop puts messages into an outbox; one thread sends them in order and retries until the server
has them. A report, empty or not, goes out at least three times a second (ten times if none is
waiting to be sent): it renews the lease, and its answer brings commands. Without an answer for a
whole lease, or when the server says that this attempt is over, the link is lost and the worker
ends.
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
"""How long batches are collected before they are sent: five requests a second."""

RETRY_SECONDS = 1.0
"""The longest wait before a retry."""

ITEMS_A_REPORT = 500

MAX_UNSENT_BYTES = 1 << 30
"""With more unsent checkpoints than this, 1 GiB, the training loop waits after all."""

MAX_UNSENT = 4
"""With more unsent checkpoints than this it waits as well, while the server answers: otherwise a
run with very short epochs would get so far ahead that a stop takes seconds to be seen."""


@dataclass(frozen=True)
class StoredCheckpoint:
    """A checkpoint to send; its file is deleted once the server has it."""

    epoch: int
    part: int
    content: Path | bytes
    size: int


class Link:
    """The connection of one attempt.

    `commands` are the server's newest; `terminating` is set when this process received TERM, `lost`
    when the server has given the attempt up. Once training should end, the link's thread calls
    `on_ending` after every report.
    """

    def __init__(self, client: Client, lease: float = LEASE_SECONDS) -> None:
        self.commands = Commands()
        self.terminating = threading.Event()
        self.lost = threading.Event()
        self.on_ending: Callable[[], None] = lambda: None
        self._client = client
        self._lease = lease
        self._outbox: deque[NumberedItem | StoredCheckpoint] = deque()
        self._changed = threading.Condition()
        self._n = 0
        self._closing = False
        self._answering = True
        self._answered_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    @property
    def ending(self) -> bool:
        """Whether training should end, for good or for now."""
        return self.commands.stop or self.pausing or self.lost.is_set()

    @property
    def pausing(self) -> bool:
        """Whether training should pause, to continue later at the very same batch."""
        return self.commands.pause or self.terminating.is_set()

    def job(self) -> Job:
        """Return what to train; wait for the server up to a lease. Raises Refused, Unreachable."""
        job = self._retry(lambda: Job.model_validate_json(self._client.get("job")))
        self.commands = job.commands
        return job

    def fetch_checkpoint(self, path: Path) -> None:
        """Download the checkpoint to resume from. Raises Refused or Unreachable."""
        self._retry(lambda: self._client.download("checkpoint", path))

    def start(self) -> None:
        """Start the thread that sends reports and heartbeats."""
        self._thread.start()

    def send(self, item: WorkerItem) -> None:
        """Add an item to the outbox, with the next number."""
        with self._changed:
            self._n += 1
            self._outbox.append(NumberedItem(n=self._n, item=item))
            self._changed.notify_all()

    def send_checkpoint(self, epoch: int, part: int, content: Path | bytes) -> None:
        """Add a checkpoint to the outbox; the link owns its file from now on.

        A checkpoint in memory waits until no other is unsent.
        """
        in_memory = isinstance(content, bytes)
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        stored = StoredCheckpoint(epoch, part, content, size)
        with self._changed:
            self._changed.wait_for(self._is_sent if in_memory else self._has_room)
            self._outbox.append(stored)
            self._changed.notify_all()

    def close(self) -> bool:
        """Send what is left and end the thread; return whether the server has everything."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        return not self.lost.is_set()

    def _is_sent(self) -> bool:
        """Return whether no checkpoint is unsent."""
        waits = any(isinstance(entry, StoredCheckpoint) for entry in self._outbox)
        return self.lost.is_set() or not waits

    def _has_room(self) -> bool:
        waiting = [entry.size for entry in self._outbox if isinstance(entry, StoredCheckpoint)]
        few = len(waiting) < MAX_UNSENT or not self._answering
        return self.lost.is_set() or (few and sum(waiting) < MAX_UNSENT_BYTES)

    def _run(self) -> None:
        """Send items and heartbeats until closed or lost; the body of the thread."""
        try:
            while not self.lost.is_set() and not self._done():
                self._retry(self._send_next)
                self._wait_for_items()
        except (Refused, Unreachable) as error:
            log.error("Lost the connection to the server: %s", error)
        except Exception:
            log.exception("The connection failed")
        if not self._done():
            self._give_up()
        self._client.close()

    def _done(self) -> bool:
        with self._changed:
            return self._closing and not self._outbox

    def _give_up(self) -> None:
        with self._changed:
            self.lost.set()
            self._changed.notify_all()
        self.on_ending()

    def _wait_for_items(self) -> None:
        """Wait for an item, at most one heartbeat; then briefly for more, unless one is urgent."""
        with self._changed:
            if not self._outbox and not self._closing:
                self._changed.wait(HEARTBEAT_SECONDS)
            if self._outbox:
                self._changed.wait_for(self._urgent, GATHER_SECONDS)

    def _urgent(self) -> bool:
        """Return whether something urgent waits: anything but batches."""
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
            self._discard(lambda entry: entry is head)
        else:
            self._report(items)

    def _report(self, items: list[NumberedItem]) -> None:
        body = Report(items=items).model_dump_json().encode()
        receipt = Receipt.model_validate_json(self._client.post("reports", body))
        self.commands = receipt.commands
        self._discard(lambda entry: isinstance(entry, NumberedItem) and entry.n <= receipt.n)
        if self.ending:
            self.on_ending()

    def _discard(self, sent: Callable[[NumberedItem | StoredCheckpoint], bool]) -> None:
        with self._changed:
            while self._outbox and sent(self._outbox[0]):
                self._outbox.popleft()
            self._changed.notify_all()

    def _retry(self, attempt: Callable[[], T]) -> T:
        """Call `attempt`, and retry while the server cannot be reached, for at most one lease.

        A server whose disk is full is reachable: retry for as long as that lasts.
        """
        wait = 0.05
        while True:
            try:
                result = attempt()
            except (Unreachable, ValidationError) as error:
                full = isinstance(error, NoRoom)
                self._note_answer(full)
                if full:
                    self._answered_at = time.monotonic()
                elif time.monotonic() - self._answered_at > self._lease:
                    raise Unreachable(f"no answer for a whole lease: {error}") from error
                time.sleep(wait)
                wait = min(2 * wait, RETRY_SECONDS)
            else:
                self._answered_at = time.monotonic()
                self._note_answer(True)
                return result

    def _note_answer(self, answering: bool) -> None:
        """Record whether the server answers, and wake threads that wait for space."""
        if answering != self._answering:
            with self._changed:
                self._answering = answering
                self._changed.notify_all()

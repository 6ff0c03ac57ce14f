"""Decodes images from clients: small ones in a thread, others in a process that can be killed.

Two at once; the others wait, shared fairly among clients, with a limit on their bytes. An image may
be made so that decoding takes gibibytes or minutes, despite all checks before (``ink.header``):
then its process is killed, and all others go on.
"""

from __future__ import annotations

import base64
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from flask_babel import lazy_gettext as _

from webapp.background import Pool
from webapp.errors import TooManyRequests
from webapp.security.owners import current_client
from webapp.security.places import Places
from webapp.services import Service
from webapp.workers.keeper import Keeper
from webapp.workers.on_demand import OnDemand

if TYPE_CHECKING:
    from webapp import ink

COMMAND = (sys.executable, "-m", "webapp.ink")
AT_ONCE = 2
"""The number of images decoded at the same time by processes, and of small ones by threads."""
SECONDS = 5.0
"""The limit for one image, many times what a photograph takes (docs/results.md, "Constants and
their sources")."""
WAIT_SECONDS = 10.0
"""How long an image waits for its turn."""
WAITING_BYTES = 64_000_000
"""The limit of waiting images and those being decoded, as data URLs: eleven of the largest,
hundreds of small ones. Half of it for one client."""
IDLE_SECONDS = 20.0
"""So long after an image its process ends and gives its memory back; the next image then waits for
the start of another."""


class ImageDecoder(Protocol):
    """The interface of what decodes one image at a time."""

    def ask(self, question: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return the answer of ``webapp.ink``. Raises ApiError."""

    def pids(self) -> list[int]:
        """Return the process that decodes."""

    def stop(self) -> None:
        """End the process."""


class DecodeWorker(Keeper):
    """Keeps a process that decodes; ``command`` starts it."""

    name = "decode"
    unavailable = (
        "image_unavailable",
        _("The image could not be read in time. Please try again, or send a smaller one."),
    )

    def __init__(self, data_dir: Path, *, command: Sequence[str] = COMMAND) -> None:
        super().__init__(data_dir, None, command)


class Decoding:
    """The images being decoded. ``make`` returns a worker that decodes one at a time."""

    def __init__(self, make: Callable[[], ImageDecoder]) -> None:
        self._workers = [make() for _ in range(AT_ONCE)]
        self._free = list(self._workers)
        self._places = Places(AT_ONCE)
        self._pool = Pool(AT_ONCE)
        self._lock = threading.Lock()
        self._bytes: Counter[str] = Counter()

    def picture(self, url: Any) -> ink.Picture:
        """Return the digit in an image, a data URL: (28, 28) uint8.

        Raises as ``ink.from_json``, TooManyRequests when too many wait, and Unavailable.
        """
        from webapp import ink

        client = current_client()
        with self._room(client, len(url) if isinstance(url, str) else 0):
            picture = self._pool.run(ink.quick_image, url)
            return self._by_process(client, url) if picture is None else picture

    def pids(self) -> list[int]:
        """Return the processes that decode."""
        return [pid for worker in self._workers for pid in worker.pids()]

    def stop(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.stop()

    @contextmanager
    def _room(self, client: str, size: int) -> Iterator[None]:
        """Count an image of ``size`` bytes during the block. Raises TooManyRequests."""
        with self._lock:
            own, all_bytes = self._bytes[client], self._bytes.total()
            if own + size > WAITING_BYTES // 2 or all_bytes + size > WAITING_BYTES:
                raise TooManyRequests.until(1.0)
            self._bytes[client] += size
        try:
            yield
        finally:
            with self._lock:
                self._bytes -= Counter({client: size})  # removes clients with none

    def _by_process(self, client: str, url: str) -> ink.Picture:
        with self._places.of(client, WAIT_SECONDS):
            worker = self._free.pop()
            try:
                return _taken(worker.ask({"ask": "picture", "image": url}, SECONDS))
            finally:
                self._free.append(worker)


DECODING: Service[Decoding] = Service("decoding")


def of_data_dir(data_dir: Path) -> Decoding:
    """Return decoding by processes whose logs and temporary files are in the data directory."""
    return Decoding(lambda: OnDemand(lambda: DecodeWorker(data_dir), IDLE_SECONDS))


def _taken(answer: dict[str, Any]) -> ink.Picture:
    """Return the picture in an answer. Raises BadDrawing and EmptyDrawing."""
    import numpy as np

    from webapp import ink

    refused = answer.get("refused")
    if refused == ink.EmptyDrawing.code:
        raise ink.EmptyDrawing
    if refused is not None:
        raise ink.BadDrawing(refused)
    pixels = np.frombuffer(base64.b64decode(answer["picture"]), np.uint8)
    return pixels.reshape(28, 28)

"""What goes on beside the runs of the soak: kills, and a look at the web process' memory."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.faults.background import Background
from tests.faults.harness import PREDICT, Inkling, kill
from webapp.machine import resident

KILL_SECONDS = (15.0, 45.0)
"""The least and the most time between two kills."""
MEASURE_SECONDS = 2.0
WARM_UP = 1 / 3
"""The share of the time after which memory has to stay as it is."""
CALM = 1 / 10
"""Memory is compared between the first and the last such share of the time after that."""


@dataclass
class Trouble(Background):
    """Kills at random moments, from ``with`` to its end.

    The web process is killed in the warm-up alone: afterwards its memory is measured.
    """

    inkling: Inkling
    chance: random.Random
    seconds: float
    newest: str | None = None
    """The run that trains now."""
    kills: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, int]] = field(default_factory=list)
    """Share of the time, resident bytes."""
    serving: threading.Lock = field(default_factory=threading.Lock)
    """Held by whoever needs the server to stay."""
    _began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        super().__init__(self._kill, self._measure)

    def share(self) -> float:
        """How much of the time is over: 0 to 1, and on."""
        return (time.monotonic() - self._began) / self.seconds

    def growth(self) -> float:
        """By what share the memory has grown since the warm-up."""
        span = (1 - WARM_UP) * CALM
        first = [size for share, size in self.memory if WARM_UP <= share <= WARM_UP + span]
        last = [size for share, size in self.memory if 1 - span <= share <= 1]
        return statistics.median(last) / statistics.median(first) - 1

    def _kill(self) -> None:
        while not self._ending.wait(self.chance.uniform(*KILL_SECONDS)):
            with self.serving:
                victims = ["train", "predict"] + ["web"] * (self.share() < WARM_UP)
                self._kill_one(self.chance.choice(victims))

    def _kill_one(self, victim: str) -> None:
        if victim == "web":
            self.inkling.kill_web()
            self.inkling.start()
            pids = [0]
        elif victim == "predict":
            pids = self.inkling.children(PREDICT)
        else:
            worker = self.inkling.worker(self.newest) if self.newest else None
            pids = [worker] if worker else []
        for pid in filter(None, pids):
            kill(pid)
        self.kills[victim] += bool(pids)

    def _measure(self) -> None:
        while not self._ending.wait(MEASURE_SECONDS):
            with self.serving:
                self.memory.append((self.share(), resident(self.inkling.server.process.pid)))

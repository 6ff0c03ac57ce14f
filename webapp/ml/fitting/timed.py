"""How long an epoch takes."""

from __future__ import annotations


class Timed:
    """How long an epoch takes that begins after ``step`` of its ``steps`` batches, at ``now``.

    Calls that compile the network are left out, and the others scaled to the whole epoch.
    """

    def __init__(self, step: int, steps: int, now: float) -> None:
        self._step, self._steps, self._began = step, steps, now
        self._trained = 0
        self._left_out = (0, 0.0)

    def note(self, step: int, compiling: float) -> None:
        """Record that a call has trained up to ``step``, ``compiling`` seconds of it if it compiled
        the network, else 0.
        """
        trained, self._step = step - self._step, step
        self._trained += trained
        if compiling:
            steps, seconds = self._left_out
            self._left_out = (steps + trained, seconds + compiling)

    def seconds(self, now: float) -> float:
        """Return the seconds of the whole epoch, which ends at ``now``."""
        taken, trained = now - self._began, self._trained
        steps, seconds = self._left_out
        if steps < trained:  # else there is nothing but compiling to go by
            taken, trained = taken - seconds, trained - steps
        return taken * self._steps / trained

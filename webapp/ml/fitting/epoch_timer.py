"""How long an epoch takes, without what is compiled meanwhile."""

from __future__ import annotations


class EpochTimer:
    """Times an epoch of ``steps`` batches, of which ``step`` are trained at ``now``.

    Times are seconds of one clock. Calls that compile the network are left out, and the others
    scaled to the whole epoch.
    """

    def __init__(self, step: int, steps: int, now: float) -> None:
        self._first, self._step, self._steps, self._began = step, step, steps, now
        self._compiled_steps, self._compiling_seconds = 0, 0.0

    def add_call(self, step: int, compiling: float) -> None:
        """Record that a call has trained up to batch ``step``.

        ``compiling``: the call's seconds if it compiled the network, else 0.
        """
        if compiling:
            self._compiled_steps += step - self._step
            self._compiling_seconds += compiling
        self._step = step

    def seconds(self, now: float) -> float:
        """Return the seconds of the whole epoch, which ends at ``now``, after at least one call."""
        taken, steps = now - self._began, self._step - self._first
        if self._compiled_steps < steps:  # else there is nothing but compiling to go by
            taken, steps = taken - self._compiling_seconds, steps - self._compiled_steps
        return taken * self._steps / steps

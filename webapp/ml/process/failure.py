"""Failures of a worker, as one sentence for people.

The sentences are msgids: the web process translates them and fills in their values. No path or
traceback leaves the worker; details go to its log.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from webapp.schemas.marks import N_
from webapp.schemas.problems import Fault


class Failure(Exception):
    """An error with a stable `code` and one English `sentence` for people.

    `values` fill the sentence's `%(name)s`. `expected`: the question or its run is at fault, not
    the program. `fields` name the values at fault.
    """

    def __init__(
        self,
        code: str,
        sentence: str,
        values: Mapping[str, Any] | None = None,
        *,
        expected: bool = False,
        fields: Sequence[Fault] = (),
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.values = dict(values or {})
        self.expected = expected
        self.fields = list(fields)

    def as_json(self) -> dict[str, Any]:
        """Return the failure as `webapp.workers.keeper` reads it."""
        return {
            "code": self.code,
            "message": self.sentence,
            "values": self.values,
            "expected": self.expected,
            "fields": [asdict(fault) for fault in self.fields],
        }


def not_finite() -> Failure:
    """Return the failure for weights or outputs that are not finite, as after divergence."""
    return Failure(
        "not_finite",
        N_(
            "These weights are no longer finite numbers, so the network cannot predict. "
            "Choose an earlier epoch, or train again with a smaller learning rate."
        ),
        expected=True,
    )


def failure_of(error: Exception) -> Failure:
    """Return the failure to report for an error; details of an unexpected one are only logged."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        # TensorFlow's error is known by its name, so that this module need not import it
        return Failure("out_of_memory", N_("The network needs more memory than it may use."))
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Failure("disk_full", N_("The disk for the training process's own files is full."))
    return Failure("unexpected", N_("Something unexpected went wrong; the log has the details."))

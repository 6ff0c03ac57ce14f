"""What may go wrong in a worker, said in one sentence for people.

The sentences are msgids: the web side translates them and fills in their values. No path or
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
    """A reason to end, fit for people: a stable `code` and one English `sentence`.

    `values` fill the sentence's `%(name)s`. Where a question is answered by it, `expected` says
    that what was asked for is not possible now (else it is a fault of ours), and `fields` say
    which values are to blame.
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
        """The failure as `webapp.workers.keeper` reads it."""
        return {
            "code": self.code,
            "message": self.sentence,
            "values": self.values,
            "expected": self.expected,
            "fields": [asdict(fault) for fault in self.fields],
        }


def not_finite() -> Failure:
    """Weights that diverged, or came in so, answer nothing: what they give means nothing."""
    return Failure(
        "not_finite",
        N_(
            "These weights are no longer finite numbers, so the network cannot answer. Choose an "
            "earlier epoch, or train again with a smaller learning rate."
        ),
        expected=True,
    )


def failure_of(error: Exception) -> Failure:
    """What to tell people of an error; the details of one not foreseen are in the log only."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        # TensorFlow's error is known by its name, so that this module need not import it
        return Failure("out_of_memory", N_("The network does not fit into the memory it may use."))
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Failure("disk_full", N_("The disk for the training process's own files is full."))
    return Failure("unexpected", N_("Something unexpected went wrong; the log has the details."))

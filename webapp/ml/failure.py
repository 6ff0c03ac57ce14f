"""What may go wrong in a worker, said in one sentence for people.

The sentences are msgids: the web side translates them, so they hold no variables, and no
path or traceback leaves the worker; details go to its log.
"""

from __future__ import annotations

import errno

from webapp.schemas.marks import N_


class Failure(Exception):
    """A reason to end, fit for people: a stable `code` and one English `sentence`."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


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

"""What may go wrong in a worker, said in one sentence for people.

The sentences are msgids: the web side translates them, so they hold no variables, and no
path or traceback leaves the worker; details go to its log.
"""

from __future__ import annotations

from webapp.schemas.marks import N_


class Failure(Exception):
    """A reason to end, fit for people: a stable `code` and one English `sentence`."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def out_of_memory() -> Failure:
    """The network or its batch is larger than the memory allowed."""
    return Failure("out_of_memory", N_("The network does not fit into the memory it may use."))


def unexpected() -> Failure:
    """Anything that was not foreseen: its traceback is in the log only."""
    return Failure("unexpected", N_("Something unexpected went wrong; the log has the details."))

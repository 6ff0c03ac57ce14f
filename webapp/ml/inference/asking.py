"""The protocol of workers that answer: one JSON line in, one JSON line out, until the input ends.

A question has an `id` and a name (`ask`); its answer has the same `id` and either `ok` or `error`.
A bad question is answered with an error and never ends the worker. Slow questions have lanes,
threads of their own, so answers may arrive in another order. (TensorFlow releases Python's lock.)
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TextIO

from webapp import private
from webapp.ml.process import quiet
from webapp.ml.process.failure import Failure, failure_of
from webapp.schemas.marks import N_

log = logging.getLogger(__name__)

Answer = dict[str, Any]


class Answerer:
    """The base class of what answers questions: a subclass fills `asks` and chooses lanes."""

    lanes: Sequence[str] = ()
    patient: bool = True
    """Whether running questions are finished after the input has ended."""

    def __init__(self) -> None:
        self.asks: dict[str, Callable[[Answer], Answer]] = {"ready": lambda _question: {}}

    def lane(self, question: Any) -> str | None:
        """Return which of `lanes` answers; None: the reading thread, at once."""
        return None

    def answer(self, line: str) -> Answer:
        """Return the answer to one line, valid or not."""
        return self.answer_to(read(line))

    def answer_to(self, question: Any) -> Answer:
        """Return the answer to one question, valid or not."""
        number: Any = None
        try:
            number = question.get("id")
            return {"id": number, "ok": self.asks[question["ask"]](question)}
        except Exception as error:
            failure = _failure_of(error)
            known = isinstance(error, Failure)
            if not failure.expected:  # others are not logged: a pen sends 60 questions a second
                log.warning("Question failed: %s", failure.code, exc_info=None if known else error)
            return {"id": number, "error": failure.as_json()}


def main(make: Callable[[], Answerer]) -> None:
    """Answer until the input ends. Standard output is only for answers."""
    private.create_privately()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what libraries print goes to the log
    quiet.log_to_stderr()
    serve(make(), sys.stdin, answers)


def serve(answerer: Answerer, questions: TextIO, answers: TextIO) -> None:
    """Answer every line as soon as possible; stop when the reader of the answers is gone."""
    closed, writing = threading.Event(), threading.Lock()

    def answer(question: Any) -> None:
        line = written(answerer.answer_to(question))
        try:
            with writing:
                answers.write(line + "\n")
        except BrokenPipeError:
            closed.set()

    lanes = {lane: ThreadPoolExecutor(1) for lane in answerer.lanes}
    for line in questions:
        question = read(line)
        lane = answerer.lane(question)
        if lane is None:
            answer(question)
        else:
            lanes[lane].submit(answer, question)
        if closed.is_set():
            break
    for pool in lanes.values():
        pool.shutdown(wait=answerer.patient, cancel_futures=True)


def written(answer: Answer) -> str:
    """Return the answer as a line; one that JSON cannot hold (NaN) becomes a failure."""
    try:
        return json.dumps(answer, allow_nan=False)
    except (TypeError, ValueError) as error:
        log.warning("Answer is not valid JSON", exc_info=error)
        return json.dumps({"id": answer["id"], "error": failure_of(error).as_json()})


def read(line: str) -> Any:
    """Return the question in a line; None if it is not JSON."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _failure_of(error: Exception) -> Failure:
    """Return the failure to answer: an invalid question (4xx) or an error of ours (500)."""
    if isinstance(error, KeyError | TypeError | ValueError | AttributeError):
        return Failure("bad_question", N_("The request to the network is not valid."))
    return failure_of(error)

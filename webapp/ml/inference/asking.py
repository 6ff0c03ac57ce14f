"""How workers that answer speak: one JSON line in, one JSON line out, until the input ends.

A question has an `id` and the name of what it asks (`ask`); its answer has the same `id` and
either `ok` or `error`. A bad question is answered with an error and never ends the worker.
Questions that take long have lanes, threads of their own, so answers may come in another order.
(TensorFlow computes without Python's lock.)
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
    """What answers questions; a subclass fills `asks` and chooses lanes."""

    lanes: Sequence[str] = ()
    patient: bool = True
    """Whether what is under way is finished when the input has ended."""

    def __init__(self) -> None:
        self.asks: dict[str, Callable[[Answer], Answer]] = {"ready": lambda _question: {}}

    def lane(self, question: Any) -> str | None:
        """Which of `lanes` is to answer; None: the thread that reads, at once."""
        return None

    def answer(self, line: str) -> Answer:
        """The answer to one line, whatever is in it."""
        return self.answer_to(read(line))

    def answer_to(self, question: Any) -> Answer:
        """The answer to one question, whatever it is."""
        number: Any = None
        try:
            number = question.get("id")
            return {"id": number, "ok": self.asks[question["ask"]](question)}
        except Exception as error:
            failure = _failure_of(error)
            known = isinstance(error, Failure)
            if not failure.expected:  # else it is an answer: a pen asks 60 times a second
                log.warning("No answer: %s", failure.code, exc_info=None if known else error)
            return {"id": number, "error": failure.as_json()}


def main(make: Callable[[], Answerer]) -> None:
    """Answer until the input ends. Standard output is for answers only."""
    private.create_privately()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever any library prints goes to the log
    quiet.log_to_stderr()
    serve(make(), sys.stdin, answers)


def serve(answerer: Answerer, questions: TextIO, answers: TextIO) -> None:
    """Answer every line, each as soon as it can be; an asker that is gone ends it."""
    gone, writing = threading.Event(), threading.Lock()

    def answer(question: Any) -> None:
        line = written(answerer.answer_to(question))
        try:
            with writing:
                answers.write(line + "\n")
        except BrokenPipeError:
            gone.set()

    lanes = {lane: ThreadPoolExecutor(1) for lane in answerer.lanes}
    for line in questions:
        question = read(line)
        lane = answerer.lane(question)
        if lane is None:
            answer(question)
        else:
            lanes[lane].submit(answer, question)
        if gone.is_set():
            break
    for pool in lanes.values():
        pool.shutdown(wait=answerer.patient, cancel_futures=True)


def written(answer: Answer) -> str:
    """The answer as a line; one that JSON cannot hold (NaN) as a failure: its asker waits."""
    try:
        return json.dumps(answer, allow_nan=False)
    except (TypeError, ValueError) as error:
        log.warning("An answer cannot be written", exc_info=error)
        return json.dumps({"id": answer["id"], "error": failure_of(error).as_json()})


def read(line: str) -> Any:
    """The question in a line; None where it is not JSON."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _failure_of(error: Exception) -> Failure:
    """What to answer: a question that makes no sense is told from a fault of ours."""
    if isinstance(error, KeyError | TypeError | ValueError | AttributeError):
        return Failure("bad_question", N_("The question to the network makes no sense."))
    return failure_of(error)

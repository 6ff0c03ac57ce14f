"""The view `tested`: the network's answer for every test image."""

from __future__ import annotations

from typing import Any

from webapp.ml.inference.insights.subject import Subject
from webapp.schemas.insights import Arguments


def view(subject: Subject, _arguments: Arguments) -> dict[str, Any]:
    """Return `truth` and `answer`, a digit each, and `confidence`, 0-1, for each test image in
    order.
    """
    answers = subject.probabilities.argmax(axis=1)
    confidence = subject.probabilities.max(axis=1)
    return {
        "truth": subject.y_test.tolist(),
        "answer": answers.tolist(),
        "confidence": [round(value, 4) for value in confidence.tolist()],
    }

"""The rule about overfitting."""

from __future__ import annotations

from typing import Any

from webapp.coach.evidence import Evidence
from webapp.coach.finding import Change, Finding, Sentence, percent
from webapp.schemas.datasets import DATASETS
from webapp.schemas.layers import Conv2D, Dense
from webapp.schemas.marks import N_

GAP = 0.08
"""Training minus unseen accuracy. The lecture's good networks have up to 0.06, on 4,000 images too;
one that has 600 images to learn from has 0.12 (docs/coach.md)."""


def overfitting(evidence: Evidence) -> Finding | None:
    """Find a network that is much better on training images than on unseen ones."""
    seen, unseen = evidence.accuracy, evidence.unseen
    if seen is None or unseen is None or len(evidence.epochs) < 2 or seen - unseen < GAP:
        return None
    values = {"seen": percent(seen), "unseen": percent(unseen)}
    sentence = N_(
        "It recognises %(seen)s of the images it learns from, but only %(unseen)s of those it"
        " has never seen: it overfits."
    )
    why = N_(
        "With many weights and few images it can memorise the images: what they share, and "
        "what only one of them has."
    )
    few = _has_more_images(evidence)
    advice = (
        N_("More images help most: use all of them.")
        if few
        else N_(
            "Dropout helps: where neurons are set to 0 at random, the network cannot memorise"
            " single images."
        )
    )
    change = _all_images() if few else _dropout(evidence)
    numbers = {"seen": seen, "unseen": unseen}
    return Finding(
        "overfitting", Sentence(sentence, values), Sentence(why), Sentence(advice), numbers, change
    )


def _has_more_images(evidence: Evidence) -> bool:
    """Return whether the run uses less than half of its dataset."""
    dataset = evidence.config.dataset
    return (dataset.train_samples or 10**9) * 2 < DATASETS[dataset.name].train


def _all_images() -> Change:
    return Change(Sentence(N_("all images")), {"dataset.train_samples": None})


def _dropout(evidence: Evidence) -> Change | None:
    """Suggest dropout of one half after each hidden Dense layer, as in the lecture.

    One half is usual (Srivastava 2014); before the last layer if there are only convolutions.
    """
    layers = evidence.config.layers
    if any(layer.type == "Dropout" for layer in layers):
        return None
    last = max((n for n, one in enumerate(layers) if isinstance(one, Dense | Conv2D)), default=0)
    hidden = {n for n in range(last) if isinstance(layers[n], Dense)} or {last - 1}
    made: list[dict[str, Any]] = []
    for n, layer in enumerate(layers):
        made.append(layer.model_dump(mode="json"))
        if n in hidden:
            made.append({"type": "Dropout", "rate": 0.5})
    return Change(Sentence(N_("dropout 0.5")), {"layers": made})

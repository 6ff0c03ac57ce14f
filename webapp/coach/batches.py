"""Rules about the batch size: too few updates, or too many."""

from __future__ import annotations

import statistics

from webapp.coach.evidence import Evidence
from webapp.coach.finding import Change, Finding, Sentence, Values, percent
from webapp.configuration.advice import FEW_STEPS, GOOD_BATCH
from webapp.schemas.marks import N_

SMALL_BATCH = 4
"""The largest batch size that counts as small: it computes hardly anything in parallel."""
MANY_STEPS = 1_000
"""Steps in an epoch; with fewer, slow steps do not matter."""
EARLY_EPOCHS = 5
WELL = 0.9
"""The training accuracy from which a large batch has done no harm."""


def batch_large(evidence: Evidence) -> Finding | None:
    """Find a batch so large that there are too few steps to learn (experiment 5)."""
    size, images = evidence.config.fit.batch_size, evidence.images
    enough = evidence.over or len(evidence.epochs) >= EARLY_EPOCHS
    if size * FEW_STEPS < images or images < FEW_STEPS * GOOD_BATCH or not evidence.epochs:
        return None
    if not enough or evidence.diverged_at is not None or (evidence.accuracy or 0) >= WELL:
        return None
    values: Values = {
        "size": f"{size:,}", "steps": f"{evidence.steps:,}", "epochs": len(evidence.epochs),
        "accuracy": percent(evidence.accuracy or 0),
    }  # fmt: skip
    sentence = N_(
        "With batches of %(size)s images %(epochs)s epochs are only %(steps)s updates: the "
        "training accuracy is %(accuracy)s."
    )
    why = N_(
        "The weights change once per batch. A large batch makes each update a little more "
        "exact, but learning needs many updates, and a little randomness helps."
    )
    advice = N_("Use batches of about 100 images.")
    numbers = {"steps": evidence.steps, "accuracy": evidence.accuracy}
    change = _batches(min(GOOD_BATCH, max(10, images // 20)))
    return Finding(
        "batch_large", Sentence(sentence, values), Sentence(why), Sentence(advice), numbers, change
    )


def batch_small(evidence: Evidence) -> Finding | None:
    """Find a batch so small that training is slow (experiment 6)."""
    size = evidence.config.fit.batch_size
    steps = -(-evidence.images // size)
    seconds = [epoch.seconds for epoch in evidence.epochs if epoch.seconds > 0]
    if size > SMALL_BATCH or steps < MANY_STEPS or not seconds:
        return None
    speed = evidence.images / statistics.median(seconds)
    values: Values = {"size": size, "steps": f"{steps:,}", "speed": f"{speed:,.0f}"}
    sentence = N_(
        "A batch size of %(size)s is slow: each epoch is %(steps)s updates, one after the "
        "other, and only %(speed)s images are processed per second."
    )
    why = N_(
        "The images of a batch are computed in parallel; with one or two images in a batch "
        "there is nothing to compute in parallel."
    )
    advice = N_("Use batches of about 100 images.")
    numbers = {"batch_size": size, "images_per_second": speed}
    change = _batches(GOOD_BATCH)
    return Finding(
        "batch_small", Sentence(sentence, values), Sentence(why), Sentence(advice), numbers, change
    )


def _batches(size: int) -> Change:
    return Change(Sentence(N_("batches of %(n)s"), {"n": size}), {"fit.batch_size": size})

"""All rules, in the order in which the coach reports: a cause before its consequences.

1. the input (pixels) and whether there are numbers at all (diverged): nothing else can be known;
2. what blocks gradients (saturated, vanishing), then where they come from (the loss), then the
   number of updates (batch), then their size (learning rate);
3. what such steps do to neurons (dead);
4. what is wrong though it has learned (test unlike training, overfitting, stopping too late);
5. what only costs time (batch of one, too few epochs);
6. symptoms without a known cause.
"""

from __future__ import annotations

from collections.abc import Callable

from webapp.coach import batches, data, epochs, layers, overfitting, rates, symptoms
from webapp.coach.evidence import Evidence
from webapp.coach.finding import Finding

Rule = Callable[[Evidence], Finding | None]

RULES: tuple[Rule, ...] = (
    data.pixels,
    rates.diverged,
    layers.saturated,
    layers.vanishing,
    rates.squared,
    batches.batch_large,
    rates.collapse,
    rates.rate_high,
    rates.rate_low,
    layers.dead,
    data.unlike,
    overfitting.overfitting,
    epochs.early_stop,
    batches.batch_small,
    epochs.few_epochs,
    symptoms.one_answer,
    symptoms.not_falling,
)

LEARNED = 0.95
GENERALIZES = 0.9


def judge(evidence: Evidence) -> list[Finding]:
    """Return what is wrong, the first cause first; empty for a healthy run."""
    if not evidence.epochs and evidence.diverged_at is None:
        return []
    found = (rule(evidence) for rule in RULES)
    return [finding for finding in found if finding is not None]


def wants_measuring(evidence: Evidence) -> bool:
    """Return whether measuring the network could tell more than the curve.

    Not while it trains, when each epoch is another network; and not when it has clearly learned.
    """
    if not evidence.over or not evidence.epochs:
        return False
    last = evidence.epochs[-1]
    if evidence.config.dataset.test_noise or last.accuracy is None or last.accuracy < LEARNED:
        return True
    unseen = evidence.unseen
    return unseen is not None and unseen < GENERALIZES

"""Rules about fit: batches, epochs, and learning by heart."""

from __future__ import annotations

import statistics
from typing import Any

from webapp.coach.evidence import Epoch, Evidence
from webapp.coach.finding import Change, Finding, Sentence, Values, percent
from webapp.schemas.config import MAX_EPOCHS, EarlyStopping
from webapp.schemas.datasets import DATASETS
from webapp.schemas.layers import Conv2D, Dense
from webapp.schemas.marks import N_

GOOD_BATCH = 100
"""As in the lecture."""
FEW_STEPS = 4
"""Steps in an epoch; the form warns of the same (webapp/advice.py)."""
SMALL_BATCH = 4
"""Batches this small compute hardly anything side by side."""
MANY_STEPS = 1_000
"""In an epoch: with fewer, slow steps do not matter."""
EARLY_EPOCHS = 5
WELL = 0.9
LEARNED = 0.95
"""With this training accuracy more epochs bring little."""
GAP = 0.08
"""Training minus unseen accuracy. The lecture's good networks have up to 0.06, on 4,000 images too;
one that has 600 images to learn from has 0.12 (docs/coach.md)."""
RISEN = 1.5
"""The validation loss over its lowest; with Adam it creeps up by a quarter without harm."""
SINCE = 5
"""So many epochs it has not been lower."""
STILL_FALLING = 0.03
"""So much of the training loss goes with each of the last epochs."""


def batch_large(evidence: Evidence) -> Finding | None:
    """So few steps that nothing could be learned (experiment 5)."""
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
        "The weights change once a batch. A large batch makes each update a little more exact, but "
        "learning needs many of them, and a little randomness helps."
    )
    advice = N_("Use batches of about 100 images.")
    numbers = {"steps": evidence.steps, "accuracy": evidence.accuracy}
    change = _batches(min(GOOD_BATCH, max(10, images // 20)))
    return Finding(
        "batch_large", Sentence(sentence, values), Sentence(why), Sentence(advice), numbers, change
    )


def batch_small(evidence: Evidence) -> Finding | None:
    """Right, but slow (experiment 6)."""
    size = evidence.config.fit.batch_size
    steps = -(-evidence.images // size)
    seconds = [epoch.seconds for epoch in evidence.epochs if epoch.seconds > 0]
    if size > SMALL_BATCH or steps < MANY_STEPS or not seconds:
        return None
    speed = evidence.images / statistics.median(seconds)
    values: Values = {"size": size, "steps": f"{steps:,}", "speed": f"{speed:,.0f}"}
    sentence = N_(
        "A batch size of %(size)s is slow: each epoch is %(steps)s updates, one after the other, "
        "and %(speed)s images go by in a second."
    )
    why = N_("The images of a batch are computed side by side; nearly alone, they wait in line.")
    advice = N_("Use batches of about 100 images.")
    numbers = {"batch_size": size, "images_per_second": speed}
    change = _batches(GOOD_BATCH)
    return Finding(
        "batch_small", Sentence(sentence, values), Sentence(why), Sentence(advice), numbers, change
    )


def overfitting(evidence: Evidence) -> Finding | None:
    """Much better on what it has learned from than on what it has not."""
    seen, unseen = evidence.accuracy, evidence.unseen
    if seen is None or unseen is None or len(evidence.epochs) < 2 or seen - unseen < GAP:
        return None
    values = {"seen": percent(seen), "unseen": percent(unseen)}
    sentence = N_(
        "It reads %(seen)s of the images it learns from, but only %(unseen)s of those it has never "
        "seen: it overfits."
    )
    why = N_(
        "With so many weights for so few images it can learn them by heart, what they share and "
        "what is only theirs."
    )
    few = _has_more_images(evidence)
    advice = (
        N_("More images help most: take all there are.")
        if few
        else N_("Dropout helps: with neurons missing at random, nothing can be learned by heart.")
    )
    change = _all_images() if few else _dropout(evidence)
    numbers = {"seen": seen, "unseen": unseen}
    return Finding(
        "overfitting", Sentence(sentence, values), Sentence(why), Sentence(advice), numbers, change
    )


def early_stop(evidence: Evidence) -> Finding | None:
    """The validation loss had its best time long ago."""
    known = [epoch for epoch in evidence.epochs if epoch.val_loss is not None]
    if evidence.config.fit.early_stopping is not None or len(known) <= SINCE:
        return None
    best = min(known, key=_val_loss)
    last = known[-1]
    if last.epoch - best.epoch < SINCE or _val_loss(last) < RISEN * _val_loss(best):
        return None
    values: Values = {
        "n": best.epoch, "last": last.epoch,
        "best": f"{_val_loss(best):.3f}", "now": f"{_val_loss(last):.3f}",
    }  # fmt: skip
    sentence = N_(
        "The validation loss was lowest after epoch %(n)s (%(best)s); by epoch %(last)s it has "
        "risen to %(now)s."
    )
    why = N_(
        "From then on the network grew surer of what it knows by heart, and more wrong where it is "
        "wrong on new images."
    )
    advice = N_("Let it stop early and keep the weights of its best epoch.")
    stopping = EarlyStopping().model_dump(mode="json")
    return Finding(
        "early_stop", Sentence(sentence, values), Sentence(why), Sentence(advice),
        {"best_epoch": best.epoch, "lowest": _val_loss(best), "now": _val_loss(last)},
        Change(Sentence(N_("stop early")), {"fit.early_stopping": stopping}),
    )  # fmt: skip


def few_epochs(evidence: Evidence) -> Finding | None:
    """It ended while it still learned."""
    epochs, fall = len(evidence.epochs), _fall(evidence)
    if evidence.status != "finished" or fall is None or fall < STILL_FALLING:
        return None
    if epochs < evidence.config.fit.epochs or (evidence.accuracy or 0) >= LEARNED:
        return None
    values: Values = {
        "n": epochs,
        "fall": percent(fall, 0),
        "accuracy": percent(evidence.accuracy or 0),
    }
    sentence = N_(
        "It was still learning when it ended: in epoch %(n)s the loss fell by %(fall)s. The "
        "training accuracy is %(accuracy)s."
    )
    why = N_("Each epoch goes a little further down the slope, and it had not come to its foot.")
    advice = N_("Train twice as many epochs; or let this run go on: more epochs, above.")
    more = min(MAX_EPOCHS, 2 * epochs)
    return Finding(
        "few_epochs", Sentence(sentence, values), Sentence(why), Sentence(advice),
        {"fall": fall, "accuracy": evidence.accuracy, "epochs": epochs},
        Change(Sentence(N_("%(n)s epochs"), {"n": more}), {"fit.epochs": more}),
    )  # fmt: skip


def _fall(evidence: Evidence) -> float | None:
    """The mean share of the training loss that each of the last three steps between epochs took;
    None where the validation loss does not fall any more, or nothing can be told."""
    losses = [epoch.loss for epoch in evidence.epochs[-4:] if epoch.loss is not None]
    if len(losses) < 2 or evidence.diverged_at is not None or losses[0] <= 0 or losses[-1] <= 0:
        return None
    known = [_val_loss(epoch) for epoch in evidence.epochs if epoch.val_loss is not None]
    if known and min(known[-2:]) > min(known):
        return None
    return float(1 - (losses[-1] / losses[0]) ** (1 / (len(losses) - 1)))


def _val_loss(epoch: Epoch) -> float:
    return epoch.val_loss if epoch.val_loss is not None else float("inf")


def _batches(size: int) -> Change:
    return Change(Sentence(N_("batches of %(n)s"), {"n": size}), {"fit.batch_size": size})


def _has_more_images(evidence: Evidence) -> bool:
    """Whether it takes less than half of what its dataset has."""
    dataset = evidence.config.dataset
    return (dataset.train_samples or 10**9) * 2 < DATASETS[dataset.name].train


def _all_images() -> Change:
    return Change(Sentence(N_("all images")), {"dataset.train_samples": None})


def _dropout(evidence: Evidence) -> Change | None:
    """Half the neurons dropped after each hidden Dense layer, as the lecture has it (0.5 is usual:
    Srivastava 2014); before the last layer where there are only convolutions."""
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

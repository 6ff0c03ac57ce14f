"""Rules about the number of epochs: stopped too early, or too late."""

from __future__ import annotations

from webapp.coach.evidence import Epoch, Evidence
from webapp.coach.finding import Change, Finding, Sentence, Values, percent
from webapp.schemas.config import MAX_EPOCHS, EarlyStopping
from webapp.schemas.marks import N_

LEARNED = 0.95
"""The training accuracy from which more epochs bring little."""
RISEN = 1.5
"""The validation loss over its lowest; in 20 epochs of Adam it creeps up by a quarter (two layers
of 500) or two fifths (three of 689), without harm to the accuracy."""
SINCE = 5
"""The number of epochs for which it has not been lower."""
STILL_FALLING = 0.03
"""The share of the training loss that each of the last epochs removes."""


def early_stop(evidence: Evidence) -> Finding | None:
    """Find a validation loss that was lowest long ago."""
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
        "From then on the network overfitted: its confidence grew on the images it has "
        "memorised, and its mistakes on new images became worse."
    )
    advice = N_("Use early stopping, which restores the weights of the best epoch.")
    stopping = EarlyStopping().model_dump(mode="json")
    return Finding(
        "early_stop", Sentence(sentence, values), Sentence(why), Sentence(advice),
        {"best_epoch": best.epoch, "lowest": _val_loss(best), "now": _val_loss(last)},
        Change(Sentence(N_("early stopping")), {"fit.early_stopping": stopping}),
    )  # fmt: skip


def few_epochs(evidence: Evidence) -> Finding | None:
    """Find a run that ended while it was still learning."""
    epochs, fall = len(evidence.epochs), _fall(evidence)
    if evidence.status != "finished" or fall is None or fall < STILL_FALLING:
        return None
    if epochs < evidence.config.fit.epochs or evidence.stuck():
        return None
    if (evidence.accuracy or 0) >= LEARNED:
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
    why = N_("Each epoch lowers the loss a little more, and it had not reached its minimum.")
    advice = N_("Train twice as many epochs; or continue this run: “More epochs”, above.")
    more = min(MAX_EPOCHS, 2 * epochs)
    return Finding(
        "few_epochs", Sentence(sentence, values), Sentence(why), Sentence(advice),
        {"fall": fall, "accuracy": evidence.accuracy, "epochs": epochs},
        Change(Sentence(N_("%(n)s epochs"), {"n": more}), {"fit.epochs": more}),
    )  # fmt: skip


def _fall(evidence: Evidence) -> float | None:
    """Return the mean relative fall of the training loss over the last three epochs.

    None where it oscillates, where the validation loss no longer falls, and where it is unknown.
    """
    losses = [epoch.loss for epoch in evidence.epochs[-4:] if epoch.loss is not None]
    if len(losses) < 2 or evidence.diverged_at is not None or min(losses) <= 0:
        return None
    if losses != sorted(losses, reverse=True):
        return None
    known = [_val_loss(epoch) for epoch in evidence.epochs if epoch.val_loss is not None]
    if known and min(known[-2:]) > min(known):
        return None
    return float(1 - (losses[-1] / losses[0]) ** (1 / (len(losses) - 1)))


def _val_loss(epoch: Epoch) -> float:
    return epoch.val_loss if epoch.val_loss is not None else float("inf")

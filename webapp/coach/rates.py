"""Rules about the loss and the learning rate."""

from __future__ import annotations

from webapp.coach.evidence import Evidence
from webapp.coach.finding import Change, Finding, Sentence, Values, percent, plain
from webapp.configuration.layer_advice import last_activation
from webapp.schemas.config import RunConfig
from webapp.schemas.losses import CategoricalCrossentropy
from webapp.schemas.marks import N_

SQUARED = frozenset({"mean_squared_error", "mean_absolute_error", "mean_squared_logarithmic_error"})
EARLY_STEPS = 500
USUAL = {"SGD": 0.1, "Adadelta": 1.0, "Adagrad": 0.01, "Lion": 0.0001}
"""Where the usual rate for these networks is not Keras' default: SGD's as in the lecture,
Adadelta's and Adagrad's as in their papers (Zeiler 2012; Duchi 2011 with Keras' former default),
Lion's a tenth of Adam's (Chen 2023)."""
USUAL_OTHERWISE = 0.001
FAR = 10.0
"""A rate is reported when it is this many times above or below the usual one."""
WELL = 0.9
"""The training accuracy from which the rate is not at fault."""
FALLEN = 0.2
"""The training accuracy lost in a collapse; Adam on thirteen layers oscillates by half of it."""


def squared(evidence: Evidence) -> Finding | None:
    """Find a loss for regression in place of one for classes (experiments 1, 2 and 3)."""
    loss = evidence.config.compile.loss.name
    if loss not in SQUARED or not evidence.stuck():
        return None
    accuracy = evidence.accuracy or 0.0
    values = {"loss": loss, "accuracy": percent(accuracy), "steps": f"{evidence.steps:,}"}
    sentence = N_(
        "%(loss)s does not suit classes: after %(steps)s updates the training accuracy is "
        "%(accuracy)s."
    )
    why = N_(
        "With softmax the gradient of this loss is almost 0 where the prediction is quite "
        "wrong, so steps are smallest where they should be largest. The gradient of "
        "cross-entropy is large there."
    )
    advice = N_("Use categorical_crossentropy as the loss.")
    return Finding(
        "squared", Sentence(sentence, values), Sentence(why), Sentence(advice),
        {"accuracy": accuracy, "steps": evidence.steps}, _crossentropy(evidence.config),
    )  # fmt: skip


def diverged(evidence: Evidence) -> Finding | None:
    """Find a loss that is no longer a number."""
    if evidence.diverged_at is None:
        return None
    rate = _rate_at(evidence, evidence.diverged_at)
    sentence = N_("Since epoch %(n)s the loss is no longer a number: it diverged.")
    why = N_(
        "The steps were too large: each overshoots further than the one before, until the"
        " weights are infinite. The network cannot recover from that."
    )
    return Finding(
        "diverged", Sentence(sentence, {"n": evidence.diverged_at}), Sentence(why),
        Sentence(N_("Try a tenth of the learning rate.")),
        {"epoch": evidence.diverged_at, "learning_rate": rate}, slower(rate),
    )  # fmt: skip


def collapse(evidence: Evidence) -> Finding | None:
    """Find a network that had learned and lost it: the rate is too high at that point."""
    known = [epoch for epoch in evidence.epochs if epoch.accuracy is not None]
    if evidence.diverged_at is not None or len(known) < 3:
        return None
    before, now = known[:-2], known[-2:]  # two epochs: one bad epoch is no proof
    best = max(before, key=lambda epoch: epoch.accuracy or 0)
    high, low = best.accuracy or 0, max(epoch.accuracy or 0 for epoch in now)
    if high - low < FALLEN:
        return None
    rate = _rate_at(evidence, best.epoch)
    values: Values = {
        "high": percent(high), "n": best.epoch, "low": percent(known[-1].accuracy or 0),
        "rate": plain(rate),
    }  # fmt: skip
    sentence = N_(
        "The training accuracy had reached %(high)s by epoch %(n)s, then fell to %(low)s: "
        "the learning rate %(rate)s is too high."
    )
    why = N_("Near a minimum of the loss, large steps lead away from it again.")
    return Finding(
        "collapse", Sentence(sentence, values), Sentence(why),
        Sentence(N_("Try a tenth of the learning rate, or reduce it on a plateau.")),
        {"best": high, "last": known[-1].accuracy, "learning_rate": rate}, slower(rate),
    )  # fmt: skip


def rate_high(evidence: Evidence) -> Finding | None:
    """Find a rate far above the usual one with little learned."""
    rate, usual = _rate(evidence), usual_rate(evidence.config)
    if rate < FAR * usual or not _poor(evidence):
        return None
    if evidence.steps < EARLY_STEPS and not evidence.stuck():
        return None  # the run may only have been short
    sentence = N_(
        "The learning rate %(rate)s is too high for %(optimizer)s: the training accuracy is "
        "%(accuracy)s."
    )
    why = N_("Steps that large overshoot the minimum each time, and make ReLU neurons die.")
    return _off(evidence, "rate_high", sentence, why, rate, usual)


def rate_low(evidence: Evidence) -> Finding | None:
    """Find a rate far below the usual one with little learned."""
    rate, usual = _rate(evidence), usual_rate(evidence.config)
    if rate * FAR >= usual or not _poor(evidence):
        return None
    sentence = N_(
        "The learning rate %(rate)s is too low for %(optimizer)s: the training accuracy is only "
        "%(accuracy)s."
    )
    why = N_("Each step is so small that the weights have hardly changed.")
    return _off(evidence, "rate_low", sentence, why, rate, usual)


def slower(rate: float) -> Change:
    """Suggest a tenth of the learning rate."""
    return _with_rate(float(f"{rate / 10:.6g}"))


def usual_rate(config: RunConfig) -> float:
    """Return a learning rate that suits the optimizer."""
    return USUAL.get(config.compile.optimizer.name, USUAL_OTHERWISE)


def _off(
    evidence: Evidence, name: str, sentence: str, why: str, rate: float, usual: float
) -> Finding:
    optimizer, accuracy = evidence.config.compile.optimizer.name, evidence.accuracy or 0.0
    values = {"rate": plain(rate), "optimizer": optimizer, "accuracy": percent(accuracy)}
    advice = Sentence(
        N_("Usual for %(optimizer)s is %(usual)s."),
        {"optimizer": optimizer, "usual": plain(usual)},
    )
    numbers = {"learning_rate": rate, "usual": usual, "accuracy": accuracy}
    change = _with_rate(usual)
    return Finding(name, Sentence(sentence, values), Sentence(why), advice, numbers, change)


def _with_rate(rate: float) -> Change:
    label = Sentence(N_("learning rate %(rate)s"), {"rate": plain(rate)})
    return Change(label, {"compile.optimizer.learning_rate": rate})


def _poor(evidence: Evidence) -> bool:
    """Return whether the run learned less than well, given enough time."""
    enough = bool(evidence.epochs) and (evidence.over or evidence.steps >= EARLY_STEPS)
    return enough and evidence.diverged_at is None and (evidence.accuracy or 0) < WELL


def _rate(evidence: Evidence) -> float:
    """Return the learning rate of most of the run: that of its first epoch."""
    return _rate_at(evidence, 1)


def _rate_at(evidence: Evidence, number: int) -> float:
    """Return the learning rate of an epoch; the configured one if it was not completed."""
    found = (epoch.learning_rate for epoch in evidence.epochs if epoch.epoch == number)
    return next(found, 0.0) or evidence.config.compile.optimizer.learning_rate


def _crossentropy(config: RunConfig) -> Change:
    """Suggest cross-entropy, with the softmax that it needs as the last activation."""
    patch: dict[str, object] = {"compile.loss": CategoricalCrossentropy().name}
    index, activation = last_activation(config.layers)
    layers = [layer.model_dump(mode="json") for layer in config.layers]
    if activation != "softmax" and "activation" in layers[index]:
        layers[index]["activation"] = "softmax"
        patch["layers"] = layers
    return Change(Sentence(N_("cross-entropy")), patch)

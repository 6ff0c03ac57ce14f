"""Rules about the network: what keeps gradients from its layers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from webapp.coach.evidence import Evidence, LayerStatistics
from webapp.coach.finding import Change, Finding, Sentence, Values, percent, times
from webapp.configuration.layer_advice import MANY_SIGMOIDS, SATURATING, last_activation
from webapp.schemas.config import RunConfig
from webapp.schemas.marks import N_

BOUNDED = SATURATING | {"tanh", "softsign", "softmax"}
"""Activations that saturate on both sides."""
VANISHED = 1e-5
"""The first layer's gradient over the last's, root mean squares. Three sigmoid layers have 1e-3 at
the start, and learn; thirteen have 1e-9, and do not (docs/coach.md)."""
MANY_DEAD = 0.9
"""Of one layer; deep networks that learned well have layers with three quarters (docs/coach.md)."""
MOSTLY_SATURATED = 0.9
DEAD_HURTS = 0.9
"""Dead neurons do not matter to a network with this training accuracy."""


def vanishing(evidence: Evidence) -> Finding | None:
    """Find stacked sigmoids, whose slopes multiply to almost 0 (experiments 3 and 7)."""
    count = sum(name in BOUNDED for name in _hidden(evidence.config))
    ratio = _first_over_last(evidence)
    vanishes = count >= MANY_SIGMOIDS if ratio is None else ratio < VANISHED and count > 0
    if not vanishes or not evidence.stuck():
        return None
    sentence = N_(
        "%(count)s layers have a small slope, so the gradient vanishes and the network does not"
        " learn."
    )
    values: Values = {"count": count}
    if ratio:
        sentence = N_(
            "The gradient vanishes: in the first layer it is %(times)s times smaller than in the "
            "last, so the first layers do not learn."
        )
        values["times"] = times(1 / ratio)
    why = N_(
        "On its way back the gradient is multiplied by each activation's slope, which for a"
        " sigmoid is at most 1/4. After many layers it is almost 0."
    )
    advice = N_("Use ReLU in the hidden layers: where it is positive its slope is 1.")
    numbers = {"layers": count, "first_over_last": ratio, "accuracy": evidence.accuracy}
    change = rectified(evidence.config)
    return Finding(
        "vanishing", Sentence(sentence, values), Sentence(why), Sentence(advice), numbers, change
    )


def dead(evidence: Evidence) -> Finding | None:
    """Find ReLU neurons that are 0 for every image, so that no gradient reaches them again."""
    worst = _worst(evidence, "dead")
    accuracy = evidence.accuracy
    if worst is None or (worst.dead or 0) < MANY_DEAD or (accuracy or 0) >= DEAD_HURTS:
        return None
    values: Values = {"share": percent(worst.dead or 0, 0), "layer": worst.layer + 1}
    sentence = N_(
        "%(share)s of the neurons of layer %(layer)s are dead: they output 0 for every image."
    )
    why = N_(
        "Where the weighted sum of a ReLU is negative, its slope is 0. A neuron whose sum is "
        "negative for every image gets no gradient, and stays dead. Large steps can cause "
        "this."
    )
    advice = N_("Use leaky_relu, whose slope is never 0, or a smaller learning rate.")
    return Finding(
        "dead", Sentence(sentence, values), Sentence(why), Sentence(advice),
        {"dead": worst.dead, "layer": worst.layer, "accuracy": accuracy},
        _swapped(evidence.config, {"relu"}, "leaky_relu", Sentence(N_("leaky_relu"))),
    )  # fmt: skip


def saturated(evidence: Evidence) -> Finding | None:
    """Find sigmoids or tanhs at their ends, where the slope is almost 0."""
    worst = _worst(evidence, "saturated")
    if worst is None or (worst.saturated or 0) < MOSTLY_SATURATED:
        return None
    if not evidence.stuck():
        return None
    values: Values = {
        "share": percent(worst.saturated or 0, 0),
        "layer": worst.layer + 1,
        "activation": worst.activation or "",
    }
    sentence = N_(
        "%(share)s of the outputs of layer %(layer)s lie at the ends of %(activation)s: it is "
        "saturated."
    )
    why = N_("At its ends the activation is flat, so hardly any gradient passes.")
    advice = N_("Use ReLU, or smaller initial weights.")
    numbers = {"saturated": worst.saturated, "layer": worst.layer, "accuracy": evidence.accuracy}
    change = rectified(evidence.config)
    return Finding(
        "saturated", Sentence(sentence, values), Sentence(why), Sentence(advice), numbers, change
    )


def rectified(config: RunConfig) -> Change | None:
    """Suggest ReLU in every hidden layer with a saturating activation; None if there is none."""
    return _swapped(config, BOUNDED, "relu", Sentence(N_("ReLU")))


def _swapped(config: RunConfig, old: Collection[str], new: str, label: Sentence) -> Change | None:
    """Suggest another activation in the hidden layers that have one of the ``old``."""
    last, _ = last_activation(config.layers)
    layers: list[dict[str, Any]] = [layer.model_dump(mode="json") for layer in config.layers]
    found = [layer for layer in layers[:last] if layer.get("activation") in old]
    for layer in found:
        layer["activation"] = new
    return Change(label, {"layers": layers}) if found else None


def _hidden(config: RunConfig) -> list[str]:
    """Return the activations of the hidden layers."""
    last, _ = last_activation(config.layers)
    return [getattr(layer, "activation", "") for layer in config.layers[:last]]


def _first_over_last(evidence: Evidence) -> float | None:
    """Return the smaller of the gradient ratios before training and now; None if unknown."""
    seen = evidence.measured.layers if evidence.measured else ()
    learning = [layer for layer in seen if layer.initial is not None]
    if len(learning) < 2:
        return None
    first, last = learning[0], learning[-1]
    pairs = ((first.initial, last.initial), (first.newest, last.newest))
    return min((a / b for a, b in pairs if a is not None and b), default=None)


def _worst(evidence: Evidence, share: str) -> LayerStatistics | None:
    """Return the hidden layer with the largest share."""
    last, _ = last_activation(evidence.config.layers)
    seen = evidence.measured.layers if evidence.measured else ()
    able = [one for one in seen if one.layer < last and getattr(one, share) is not None]
    return max(able, key=lambda one: float(getattr(one, share)), default=None)

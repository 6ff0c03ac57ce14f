"""Rules for symptoms without a known cause; each suggests the lecture's advice."""

from __future__ import annotations

from webapp.coach.evidence import ENOUGH_STEPS, Evidence
from webapp.coach.finding import Change, Finding, Numbers, Sentence, Values, percent
from webapp.coach.layers import rectified
from webapp.coach.rates import USUAL_OTHERWISE, slower
from webapp.schemas.marks import N_
from webapp.schemas.optimizers import Adam

MOSTLY = 0.5
"""One digit for half the images: experiment 1 gives one to 78 %, a working network to 19 %."""
NEARLY_ALL = 0.995
HARDLY = 0.05
"""The least fall of the loss since the second epoch, as a share: experiments 1, 3 and 7 lose less
than 1 %. (The first epoch's mean is of a network that did not know yet how often each digit
occurs.)"""

FEW = 4
"""With fewer epochs than this it is too early to judge."""


def one_answer(evidence: Evidence) -> Finding | None:
    """Find a network that gives the same digit for everything (experiments 1, 2, 3, 5, 7 and 9)."""
    measured = evidence.measured
    if measured is None:
        return None
    answers = measured.answers["test"]
    digit = max(range(10), key=answers.__getitem__)
    share = answers[digit] / sum(answers)
    truth = measured.truth["test"][digit] / sum(measured.truth["test"])
    if share < MOSTLY or (evidence.accuracy or 0) >= MOSTLY:
        return None
    values: Values = {"digit": digit, "share": percent(share), "truth": percent(truth, 2)}
    sentence = (
        N_("It predicts %(digit)s for every image; %(truth)s of the test digits are %(digit)s.")
        if share >= NEARLY_ALL
        else N_(
            "It predicts %(digit)s for %(share)s of the test images; %(truth)s of the test "
            "digits are %(digit)s."
        )
    )
    why = N_("It always predicts the digit that is wrong least often, and ignores the image.")
    numbers = {"digit": digit, "share": share, "truth": truth, "accuracy": evidence.accuracy}
    return Finding(
        "one_answer", Sentence(sentence, values), Sentence(why), *_to_try(evidence, numbers)
    )


def not_falling(evidence: Evidence) -> Finding | None:
    """Find a loss that stays where it began."""
    losses = [epoch.loss for epoch in evidence.epochs[1:] if epoch.loss is not None]
    if not evidence.stuck() or evidence.steps < ENOUGH_STEPS or len(losses) < FEW:
        return None
    if losses[0] <= 0 or 1 - losses[-1] / losses[0] >= HARDLY:
        return None
    values = {
        "first": f"{losses[0]:.3f}",
        "last": f"{losses[-1]:.3f}",
        "steps": f"{evidence.steps:,}",
    }
    sentence = N_(
        "The loss hardly falls: %(first)s in the second epoch, %(last)s after %(steps)s updates."
    )
    why = N_("A training accuracy this low is not overfitting: the network has not learned yet.")
    numbers = {"first": losses[0], "last": losses[-1], "accuracy": evidence.accuracy}
    return Finding(
        "not_falling", Sentence(sentence, values), Sentence(why), *_to_try(evidence, numbers)
    )


def _to_try(evidence: Evidence, numbers: Numbers) -> tuple[Sentence, Numbers, Change]:
    """Suggest ReLU, else Adam, else smaller steps: the lecture's order, what is not there yet."""
    config = evidence.config
    relu = rectified(config)
    if relu is not None:
        return Sentence(N_("Use ReLU in the hidden layers.")), numbers, relu
    if config.compile.optimizer.name != "Adam":
        adam = Adam().model_dump(mode="json")
        label = Sentence(N_("Adam"))
        change = Change(label, {"compile.optimizer": adam})
        return Sentence(N_("Adam adapts the step size of each weight.")), numbers, change
    rate = config.compile.optimizer.learning_rate
    advice = Sentence(N_("Try a tenth of the learning rate."))
    return advice, numbers, slower(max(rate, USUAL_OTHERWISE))

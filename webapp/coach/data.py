"""Rules about the data: unscaled pixels, and a test unlike the training images."""

from __future__ import annotations

from webapp.coach.evidence import Evidence
from webapp.coach.finding import Change, Finding, Sentence, percent, plain
from webapp.schemas.marks import N_

MOST_PIXEL = 255
EARLY_STEPS = 100
"""The number of steps without learning after which unscaled pixels, a known fault, are reported."""
UNLIKE = 0.1
"""The least loss of accuracy by noise that is reported: a tenth of the images. Noise of sigma 0.3
costs less in a network that learned well."""


def pixels(evidence: Evidence) -> Finding | None:
    """Find pixels of 0-255 where nothing is learned (experiment 9); some networks can learn from
    them.
    """
    failed = evidence.diverged_at is not None or evidence.stuck(EARLY_STEPS)
    if evidence.config.dataset.scale or not failed:
        return None
    sentence = N_("The pixels are not divided by 255, and the network does not learn.")
    why = N_(
        "Sums of 784 numbers up to 255 are huge: the first updates change the weights so much"
        " that neurons saturate or die, or the loss is no longer a number."
    )
    advice = N_("Divide the pixels by 255, so that they lie between 0 and 1.")
    measured = evidence.measured
    numbers = {
        "largest_pixel": measured.pixels["largest"] if measured else MOST_PIXEL,
        "mean_pixel": measured.pixels["mean"] if measured else None,
        "accuracy": evidence.accuracy,
    }
    change = Change(Sentence(N_("pixels divided by 255")), {"dataset.scale": True})
    return Finding("pixels", Sentence(sentence), Sentence(why), Sentence(advice), numbers, change)


def unlike(evidence: Evidence) -> Finding | None:
    """Find noise on the test images alone (experiments 11 and 12)."""
    noise = evidence.config.dataset.test_noise
    clean, noisy = _accuracies(evidence)
    if not noise or clean is None or noisy is None or clean - noisy < UNLIKE:
        return None
    values = {"clean": percent(clean), "noisy": percent(noisy), "sigma": plain(noise)}
    sentence = N_(
        "It recognises %(clean)s of clean images, but only %(noisy)s of the test images, "
        "which have noise of σ = %(sigma)s."
    )
    why = N_(
        "The test images are unlike the training images: the network was never trained on noise."
    )
    advice = N_(
        "Make the training images similar to the test images: a GaussianNoise layer at the "
        "start adds the same noise during training. Dropout helps a little, too."
    )
    return Finding(
        "unlike", Sentence(sentence, values), Sentence(why), Sentence(advice),
        {"clean": clean, "noisy": noisy, "sigma": noise}, _learn_from_noise(evidence, noise),
    )  # fmt: skip


def _accuracies(evidence: Evidence) -> tuple[float | None, float | None]:
    """Return clean and noisy accuracy; the curve's stand in for the clean one until measured."""
    if evidence.measured is not None:
        return evidence.measured.accuracy["clean"], evidence.measured.accuracy["test"]
    last = evidence.epochs[-1] if evidence.epochs else None
    return (last.val_accuracy or last.accuracy) if last else None, evidence.test


def _learn_from_noise(evidence: Evidence, noise: float) -> Change | None:
    """Suggest the noise as a layer, unless there is one or it exceeds a layer's limit (1)."""
    layers = [layer.model_dump(mode="json") for layer in evidence.config.layers]
    if noise > 1 or any(layer["type"] == "GaussianNoise" for layer in layers):
        return None
    front = {"type": "GaussianNoise", "stddev": noise}
    return Change(Sentence(N_("noisy training images")), {"layers": [front, *layers]})

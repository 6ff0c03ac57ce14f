"""The view `histograms`: the distribution of each layer's weights and gradients over the epochs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from webapp.ml import digits
from webapp.ml.fitting.listening import finite
from webapp.ml.inference import probe
from webapp.ml.inference.insights.over_epochs import OverEpochs
from webapp.ml.inference.insights.subject import Subject
from webapp.schemas.insights import Arguments

IMAGES = 256
"""The number of training images, the first ones, on which gradients are measured."""

BINS, FINE = 40, 4096
"""The bins of an answer; and the finer ones counted before the range is known."""

SPARED = 0.001
"""The largest share of the weights, in any epoch, that lies beyond the outermost bins."""

DECADES = (-10, 2)
"""Powers of ten of a gradient's magnitude, from the first bin's lower edge to the last's upper one;
smaller and larger ones are counted there."""

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Spread:
    """The distribution of numbers: counts in `FINE` bins from −`reach` to `reach`, a power of two.

    `counts` leaves out numbers that are not finite; `mean` and `std` are null where none is.
    """

    reach: float
    counts: Counts
    mean: float | None
    std: float | None


@dataclass(frozen=True)
class Gradients:
    """The distribution of gradients' magnitudes: counts in `BINS` bins of `DECADES`.

    `zero` counts those that are 0; the L2 norm is null where one is not finite.
    """

    counts: Counts
    zero: int
    norm: float | None


def view(subject: Subject, _arguments: Arguments) -> dict[str, Any]:
    """`epochs`, and for each layer with a kernel `number` (1 is the run's first layer), `type`,
    `parameters` of the kernel, and

    - `weights`: `limit` (bins go from −limit to limit), `shares` (epochs × 40, each row of sum 1;
      the outermost bins hold all beyond), `mean`, `std`;
    - `gradients` of the loss on the first 256 training images, in bins of the power of ten of their
      magnitude: `decades`, `shares` (of all, those that are 0 left out), `zero`, `norm`.
    """
    found = _measured.of(subject)
    model = subject.model
    layers = [
        {
            "number": model.layers.index(layer) + 1,
            "type": type(layer).__name__,
            "parameters": int(np.prod(layer.kernel.shape)),
            "weights": _weights([of_layers[place][0] for _epoch, of_layers in found]),
            "gradients": _gradients([of_layers[place][1] for _epoch, of_layers in found]),
        }
        for place, layer in enumerate(probe.with_kernel(model))
    ]
    images = min(IMAGES, len(subject.y_train))
    return {"epochs": [epoch for epoch, _ in found], "images": images, "layers": layers}


def _measure(subject: Subject, model: keras.Model) -> list[tuple[Spread, Gradients]]:
    x, y = subject.x_train[:IMAGES], digits.one_hot(subject.y_train[:IMAGES])
    gradients = probe.kernel_gradients(model, x, y)
    kernels = [np.asarray(layer.kernel) for layer in probe.with_kernel(model)]
    return [(spread(k), slopes(g)) for k, g in zip(kernels, gradients, strict=True)]


_measured = OverEpochs(_measure)


def spread(numbers: NDArray[Any]) -> Spread:
    """Return the `Spread` of any array."""
    fine = numbers[np.isfinite(numbers)].astype(np.float64)
    largest = float(np.abs(fine).max(initial=0.0))
    reach = float(2.0 ** np.ceil(np.log2(largest))) if largest else 1.0
    counts = np.histogram(fine, FINE, (-reach, reach))[0]
    if not fine.size:
        return Spread(reach, counts, None, None)
    return Spread(reach, counts, float(fine.mean()), float(fine.std()))


def slopes(numbers: NDArray[Any]) -> Gradients:
    """Return the `Gradients` of any array."""
    sizes = np.abs(numbers[np.isfinite(numbers)]).astype(np.float64)
    powers = np.clip(np.log10(sizes[sizes > 0]), *DECADES)
    norm = finite(float(np.linalg.norm(numbers.astype(np.float64))))
    return Gradients(np.histogram(powers, BINS, DECADES)[0], int((sizes == 0).sum()), norm)


def folded(spreads: list[Spread]) -> tuple[float, list[Counts]]:
    """Return one limit for all, and the counts of each in `BINS` bins from −limit to limit.

    Bins of powers of two lie exactly in those of a larger power, so no count is interpolated.
    """
    reach = max(one.reach for one in spreads)
    wide = [_widened(one, reach) for one in spreads]
    half = max(_half_width(counts) for counts in wide)
    return reach * half / (FINE // 2), [_cut(counts, half) for counts in wide]


def _widened(one: Spread, reach: float) -> Counts:
    """Return the counts in `FINE` bins from −reach to reach, where reach is 2ⁿ times its own."""
    times = round(reach / one.reach)
    if times >= FINE // 2:  # all of it lies within the two bins beside 0
        halves = one.counts.reshape(2, -1).sum(axis=1)
    else:
        halves = one.counts.reshape(-1, times).sum(axis=1)
    beside = (FINE - len(halves)) // 2
    return np.pad(halves, (beside, beside))


def _half_width(counts: Counts) -> int:
    """Return how many bins on each side of 0, a multiple of `BINS` / 2, hold all but `SPARED`."""
    outwards = counts[FINE // 2 :] + counts[FINE // 2 - 1 :: -1]
    within = np.searchsorted(outwards.cumsum(), (1 - SPARED) * outwards.sum()) + 1
    step = BINS // 2
    return min(-(-int(within) // step) * step, FINE // 2 // step * step)


def _cut(counts: Counts, half: int) -> Counts:
    """Return the middle 2 × half of `FINE` counts in `BINS` bins; the outermost take the rest."""
    start, end = FINE // 2 - half, FINE // 2 + half
    bins: Counts = counts[start:end].reshape(BINS, -1).sum(axis=1)
    bins[0] += counts[:start].sum()
    bins[-1] += counts[end:].sum()
    return bins


def _weights(spreads: list[Spread]) -> dict[str, Any]:
    if not spreads:
        return {"limit": 1.0, "shares": [], "mean": [], "std": []}
    limit, counts = folded(spreads)
    return {
        "limit": limit,
        "shares": [_shares(one, int(one.sum())) for one in counts],
        "mean": [one.mean for one in spreads],
        "std": [one.std for one in spreads],
    }


def _gradients(found: list[Gradients]) -> dict[str, Any]:
    wholes = [int(one.counts.sum()) + one.zero for one in found]
    return {
        "decades": list(DECADES),
        "shares": [_shares(one.counts, n) for one, n in zip(found, wholes, strict=True)],
        "zero": [one.zero / max(1, n) for one, n in zip(found, wholes, strict=True)],
        "norm": [one.norm for one in found],
    }


def _shares(counts: Counts, whole: int) -> list[float]:
    return [round(share, 5) for share in (counts / max(1, whole)).tolist()]

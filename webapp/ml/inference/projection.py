"""Projects many numbers for each image to a point in the plane, and measures how digits separate.

Throughout `features` is (n, numbers), float32, and `labels` (n,), 0-9. With a few thousand images,
a matrix of all pairs, (n, n), fits into memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from webapp.ml.digits import Floats, Images

NEIGHBOURS = 10

PERPLEXITY = 30.0
TSNE_SEED = 1
BEFORE_TSNE = 50
"""The principal axes that t-SNE starts from, as its authors do (van der Maaten and Hinton 2008)."""

CLEARLY = 0.5
"""A digit lies clearly on one side if its distance from the middle is this share of the largest."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Axes:
    """Points (n, axes) on the principal axes, and the share of the variance each explains."""

    points: Numbers
    explained: Numbers


def principal(features: Floats, labels: Images, axes: int = 2) -> Axes:
    """Return the exact principal components, the largest variance first; missing axes are 0.

    The sign of an axis is arbitrary. It is chosen so that the lowest digit that lies clearly on one
    side lies on the positive side; so pictures of one layer keep their sides from epoch to epoch,
    as long as that digit does.
    """
    centred = features - features.mean(axis=0)
    n, numbers = centred.shape
    wide = numbers > n
    # The same axes by the smaller of two matrices: numbers by numbers, or images by images.
    matrix = (centred @ centred.T if wide else centred.T @ centred).astype(np.float64)
    total = float(np.trace(matrix))
    kept = min(axes, len(matrix))
    found, vectors = eigh(matrix, subset_by_index=(len(matrix) - kept, len(matrix) - 1))
    found, vectors = np.clip(found[::-1], 0.0, None), vectors[:, ::-1]
    points = vectors * np.sqrt(found) if wide else centred @ vectors
    points = np.pad(points * _signs(points, labels), ((0, 0), (0, axes - kept)))
    return Axes(points, np.pad(found / total if total else found, (0, axes - kept)))


def _signs(points: Numbers, labels: Images) -> Numbers:
    """Return 1 or -1 for each axis."""
    present = np.unique(labels)
    middles = np.stack([points[labels == digit].mean(axis=0) for digit in present])
    clear = np.abs(middles) >= CLEARLY * np.abs(middles).max(axis=0)
    first = middles[clear.argmax(axis=0), np.arange(points.shape[1])]
    return np.where(first < 0, -1.0, 1.0)


def tsne(features: Floats, labels: Images) -> Numbers:
    """Return points (n, 2) whose neighbours are neighbours, by t-SNE from the 50 principal axes.

    Distances between distant groups mean little. It starts from the two principal axes, so that
    only the features decide (as scikit-learn's `init="pca"` does).
    """
    from sklearn.manifold import TSNE  # takes a second to import, and only this view needs it

    start = principal(features, labels, BEFORE_TSNE).points
    spread = float(start[:, 0].std()) or 1.0
    embed = TSNE(
        perplexity=min(PERPLEXITY, (len(features) - 1) / 3),
        init=(start[:, :2] / spread * 1e-4).astype(np.float32),
        random_state=TSNE_SEED,
    )
    points: Numbers = embed.fit_transform(start.astype(np.float32)).astype(np.float64)
    return points


def purity(features: Floats, labels: Images, neighbours: int = NEIGHBOURS) -> Numbers:
    """Return for each image the share, 0-1, of its nearest neighbours (Euclidean) with the same
    digit.
    """
    x = features.astype(np.float64)  # float32 loses small distances between large features
    x -= x.mean(axis=0)
    products = x @ x.T
    squares = np.diagonal(products)
    distances = squares[:, np.newaxis] + squares - 2 * products
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :neighbours]
    shares: Numbers = (labels[nearest] == labels[:, np.newaxis]).mean(axis=1)
    return shares

"""Many numbers for each image as a point in the plane, and how well digits stand apart in them.

Throughout `features` is (n, numbers), float32, and `labels` (n,), 0-9. There are few thousand
images, so that a table of each with each, (n, n), fits into memory.
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
"""Main axes that t-SNE starts from, as its authors do (van der Maaten and Hinton 2008)."""

CLEARLY = 0.5
"""A digit lies clearly to one side with this share of the largest distance from the middle."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Axes:
    """`points` (n, axes) on the main axes, and the share of the variance that each explains."""

    points: Numbers
    explained: Numbers


def principal(features: Floats, labels: Images, axes: int = 2) -> Axes:
    """Exact principal component analysis, the largest variance first; absent axes are 0.

    An axis has no sign of its own. It is pointed so that the lowest digit that lies clearly to
    one side of it lies on the positive side; so pictures of one layer keep their sides from epoch
    to epoch, as long as that digit does.
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
    """1 or -1 for each axis."""
    present = np.unique(labels)
    middles = np.stack([points[labels == digit].mean(axis=0) for digit in present])
    clear = np.abs(middles) >= CLEARLY * np.abs(middles).max(axis=0)
    first = middles[clear.argmax(axis=0), np.arange(points.shape[1])]
    return np.where(first < 0, -1.0, 1.0)


def tsne(features: Floats, labels: Images) -> Numbers:
    """Points (n, 2) whose neighbours are neighbours, by t-SNE from the 50 main axes.

    Distances between far groups mean little. Starts from the two main axes, so that nothing but
    the features decides (as scikit-learn's `init="pca"` does).
    """
    from sklearn.manifold import TSNE  # a second of import, which no other view needs

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
    """For each image the share, 0-1, of its nearest others (Euclidean) that are the same digit."""
    x = features - features.mean(axis=0)
    products = (x @ x.T).astype(np.float64)
    squares = np.diagonal(products)
    distances = squares[:, np.newaxis] + squares - 2 * products
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :neighbours]
    shares: Numbers = (labels[nearest] == labels[:, np.newaxis]).mean(axis=1)
    return shares

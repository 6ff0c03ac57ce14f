"""Random variants of one digit, as an augmentation layer makes them during training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np

from webapp.ml.digits import Images, scaled

if TYPE_CHECKING:
    from webapp.schemas.augment import Augmentation


def variants(image: Images, layer: Augmentation, count: int, seed: int) -> Images:
    """Return `count` variants of an image (28, 28), uint8, as (count, 28, 28), uint8.

    The layer gets pixels of 0-1, as after scaling; values outside that range are clipped. The same
    seed gives the same variants.
    """
    make = getattr(keras.layers, layer.type)
    disturb = make(**layer.keras_arguments(), seed=seed)
    copies = np.repeat(scaled(image[np.newaxis], True), count, axis=0)
    disturbed = np.asarray(disturb(copies, training=True))[..., 0]
    pixels: Images = np.rint(np.clip(disturbed, 0, 1) * 255).astype(np.uint8)
    return pixels

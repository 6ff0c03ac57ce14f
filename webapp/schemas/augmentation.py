"""Layers that disturb the images while training, so that the network sees more variety.

They do nothing when the network is used. Names, defaults and ranges are those of Keras.
"""

from __future__ import annotations

from typing import Annotated, Literal

from webapp.schemas.base import Between
from webapp.schemas.marks import N_
from webapp.schemas.names import FillMode, Interpolation
from webapp.schemas.parts import LayerPart, about

Share = Annotated[float, Between(0, 1)]


class GaussianNoise(LayerPart):
    __doc__ = N_("While training, adds random noise to every value.")
    title = N_("Gaussian noise")

    type: Literal["GaussianNoise"] = "GaussianNoise"
    stddev: Share = about(
        N_("Standard deviation"), N_("The standard deviation of the noise."), suggested=0.1
    )


class RandomMove(LayerPart):
    """What the layers that move images share: how the uncovered rim is filled."""

    fill_mode: FillMode = about(
        N_("Fill"),
        N_("How the uncovered edge is filled; constant suits digits."),
        "reflect",
        advanced=True,
    )
    interpolation: Interpolation = about(
        N_("Interpolation"),
        N_("How values between pixels are computed."),
        "bilinear",
        advanced=True,
    )
    fill_value: Annotated[float, Between(0, 255)] = about(
        N_("Fill value"), N_("The brightness used by the fill constant."), 0.0, advanced=True
    )


class RandomRotation(RandomMove):
    __doc__ = N_("While training, rotates each image by a random angle.")
    title = N_("Random rotation")

    type: Literal["RandomRotation"] = "RandomRotation"
    factor: Share = about(
        N_("Largest rotation"),
        N_("As a share of a full circle, both ways: 0.03 is about 11 degrees."),
        suggested=0.03,
    )


class RandomTranslation(RandomMove):
    __doc__ = N_("While training, shifts each image by a random distance.")
    title = N_("Random shift")

    type: Literal["RandomTranslation"] = "RandomTranslation"
    height_factor: Share = about(
        N_("Largest shift up and down"), N_("As a share of the image's height."), suggested=0.08
    )
    width_factor: Share = about(
        N_("Largest shift sideways"), N_("As a share of the image's width."), suggested=0.08
    )


class RandomZoom(RandomMove):
    __doc__ = N_("While training, makes each image a little larger or smaller at random.")
    title = N_("Random zoom")

    type: Literal["RandomZoom"] = "RandomZoom"
    height_factor: Share = about(
        N_("Largest zoom in height"), N_("As a share of the image's height."), suggested=0.1
    )
    width_factor: Share | None = about(
        N_("Largest zoom in width"),
        N_("As a share of the image's width; empty: same as the height, so the shape is kept."),
        None,
    )

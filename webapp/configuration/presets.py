"""Presets: networks to start from. Their configurations are data, in ``presets.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from webapp.schemas.config import RunConfig
from webapp.schemas.marks import N_


@dataclass(frozen=True)
class Preset:
    """The title of a preset, and a sentence on what to learn from it (msgids)."""

    title: str
    help: str


PRESETS: dict[str, Preset] = {
    "lecture": Preset(
        N_("Lecture's network"),
        N_("Two hidden layers of 500 neurons with relu: the network of the lecture."),
    ),
    "softmax": Preset(
        N_("Softmax regression"),
        N_("No hidden layer at all: each digit is one weighted sum of the pixels."),
    ),
    "deep_sigmoid": Preset(
        N_("Deep sigmoid network"),
        N_("Thirteen sigmoid layers: it never learns, because gradients vanish on the way back."),
    ),
    "small_cnn": Preset(
        N_("Small convolutional network"),
        N_("Two convolutions and two poolings: few weights, better than the lecture network."),
    ),
    "best_cnn": Preset(
        N_("Best convolutional network"),
        N_(
            "Rotated and shifted digits, convolutions, batch normalization: slow and very accurate."
        ),
    ),
}


@cache
def preset_configs() -> dict[str, dict[str, Any]]:
    """Return each preset's configuration with all defaults; its name is the title's msgid."""
    text = Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    data = json.loads(text)
    return {
        name: RunConfig.model_validate({"name": preset.title, **data[name]}).model_dump(mode="json")
        for name, preset in PRESETS.items()
    }

"""The pictures of weights are the weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.ml.inference.insights.conftest import Study
from tests.ml.learning import unpacked
from webapp.ml import network
from webapp.ml.inference.insights import weights
from webapp.ml.process.failure import Failure
from webapp.schemas.insights import WeightsArguments

WIDE: list[dict[str, Any]] = [
    {"type": "Dropout", "rate": 0.2},
    {"type": "Flatten"},
    {"type": "BatchNormalization"},
    {"type": "Dense", "units": 30, "activation": "relu"},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]
FILTERS: list[dict[str, Any]] = [
    {"type": "Conv2D", "filters": 4, "kernel_size": [3, 5], "activation": "relu"},
    {"type": "MaxPooling2D"},
    {"type": "Conv2D", "filters": 6, "kernel_size": 2, "activation": "relu"},
    {"type": "Flatten"},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]


def test_a_unit_is_a_picture_of_its_784_weights(study: Study) -> None:
    subject = study(WIDE, epochs=1)
    found = weights.view(subject, WeightsArguments(order="number"))
    kernel = subject.model.layers[3].get_weights()[0]
    assert found["layers"] == [{"number": 4, "type": "Dense", "units": 30}]
    assert [found[name] for name in ("layer", "channels", "height", "width")] == [4, 1, 28, 28]
    assert [unit["unit"] for unit in found["units"]] == list(range(30))
    for unit in (0, 17, 29):
        made = found["units"][unit]
        np.testing.assert_allclose(unpacked(made), kernel[:, unit], atol=0.51 * made["scale"])
        assert made["norm"] == pytest.approx(np.linalg.norm(kernel[:, unit]), rel=1e-5)
        assert (made["low"], made["high"]) == (kernel[:, unit].min(), kernel[:, unit].max())
    assert (np.abs(kernel) <= found["limit"]).mean() == pytest.approx(0.995, abs=1e-3)


def test_pages_come_in_the_order_of_norms(study: Study) -> None:
    subject = study(WIDE, epochs=1)
    pages = [weights.view(subject, WeightsArguments(offset=n, limit=12)) for n in (0, 12, 24)]
    norms = [unit["norm"] for page in pages for unit in page["units"]]
    assert norms == sorted(norms, reverse=True)
    assert {unit["unit"] for page in pages for unit in page["units"]} == set(range(30))
    assert len({page["limit"] for page in pages}) == 1
    assert weights.view(subject, WeightsArguments(offset=40))["units"] == []


def test_filters_of_every_convolution(study: Study) -> None:
    subject = study(FILTERS, epochs=1)
    first = weights.view(subject, WeightsArguments(order="number"))
    assert [layer["number"] for layer in first["layers"]] == [1, 3], "the Dense sees no image"
    assert [first[name] for name in ("layer", "channels", "height", "width")] == [1, 1, 3, 5]
    second = weights.view(subject, WeightsArguments(layer=3, order="number"))
    assert [second[name] for name in ("channels", "height", "width")] == [4, 2, 2]
    kernel = subject.model.layers[2].get_weights()[0]
    made = second["units"][5]
    picture = unpacked(made).reshape(4, 2, 2)
    np.testing.assert_allclose(picture[3], kernel[:, :, 3, 5], atol=0.51 * made["scale"])


def test_a_network_without_pictures(study: Study) -> None:
    layers = [{"type": "MaxPooling2D"}, {"type": "Flatten"}, *WIDE[3:]]
    found = weights.view(study(layers, epochs=1), WeightsArguments())
    assert found == {"layers": [], "layer": None, "units": []}


def test_weights_that_are_not_finite(study: Study) -> None:
    subject = study(WIDE, epochs=1)
    broken = [
        np.full_like(one, np.nan) for one in network.build(subject.config.layers).get_weights()
    ]
    subject.model.set_weights(broken)
    with pytest.raises(Failure) as refused:
        weights.view(subject, WeightsArguments())
    assert (refused.value.code, refused.value.expected) == ("not_finite", True)

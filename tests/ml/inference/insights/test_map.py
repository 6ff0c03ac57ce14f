"""The map shows what a layer makes of the test images."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest

from tests.ml.inference.insights.conftest import Study
from webapp.ml.inference.insights import map as map_view
from webapp.ml.inference.projection import principal, purity
from webapp.ml.process.failure import Failure
from webapp.schemas.insights import MapArguments

LAYERS: list[dict[str, Any]] = [
    {"type": "Conv2D", "filters": 2, "kernel_size": 3, "activation": "relu"},
    {"type": "Flatten"},
    {"type": "Dropout", "rate": 0.5},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]


def floats(text: str) -> Any:
    return np.frombuffer(base64.b64decode(text), "<f4")


def test_pixels_and_layers(study: Study) -> None:
    subject = study(LAYERS, epochs=1, dataset={"test_noise": 0.3})
    pixels = map_view.view(subject, MapArguments())
    shapes = [[28, 28, 1], [26, 26, 2], [1352], [1352], [10]]
    types = [None, "Conv2D", "Flatten", "Dropout", "Dense"]
    assert [layer["shape"] for layer in pixels["layers"]] == shapes
    assert [layer["type"] for layer in pixels["layers"]] == types
    assert pixels["truth"] == subject.y_test.tolist() and pixels["of"] == 1000
    assert pixels["answer"] == subject.probabilities.argmax(axis=1).tolist()
    expected = principal(subject.x_test.reshape(1000, -1), subject.y_test)
    np.testing.assert_allclose(floats(pixels["x"]), expected.points[:, 0], rtol=1e-6)
    np.testing.assert_allclose(pixels["explained"], expected.explained)

    last = map_view.view(subject, MapArguments(layer=4))
    outputs = subject.model(subject.x_test).numpy()
    expected = principal(outputs, subject.y_test)
    np.testing.assert_allclose(floats(last["y"]), expected.points[:, 1], atol=1e-5)
    np.testing.assert_allclose(last["purity"], purity(outputs, subject.y_test), atol=1e-4)
    assert json.loads(json.dumps(last, allow_nan=False)) == last


def test_a_layer_that_is_not_there_is_the_last(study: Study) -> None:
    subject = study(LAYERS, epochs=1)
    assert map_view.view(subject, MapArguments(layer=100))["layer"] == 4


def test_few_images_where_a_layer_is_wide(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_view, "MOST_NUMBERS", 1352 * 100)
    subject = study(LAYERS, epochs=1)
    seen = map_view.view(subject, MapArguments(layer=1))
    assert len(seen["index"]) == len(floats(seen["x"])) == 100
    assert np.bincount(seen["truth"]).tolist() == [10] * 10
    assert subject.y_test[seen["index"]].tolist() == seen["truth"]


def test_tsne_on_request(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_view, "MOST_IMAGES", 100)
    seen = map_view.view(study(LAYERS, epochs=1), MapArguments(layer=4, method="tsne"))
    assert seen["method"] == "tsne" and seen["explained"] is None
    assert np.isfinite(floats(seen["x"])).all() and np.ptp(floats(seen["x"])) > 1


def test_a_network_that_has_diverged_is_reported(study: Study) -> None:
    subject = study(LAYERS, epochs=1)
    weights = subject.model.get_weights()
    subject.model.set_weights([np.full_like(one, np.nan) for one in weights])
    with pytest.raises(Failure) as failure:
        map_view.view(subject, MapArguments(layer=4))
    assert failure.value.code == "not_finite"


def test_only_tsne_takes_long() -> None:
    assert MapArguments.takes_long({"arguments": {"layer": 1, "method": "tsne"}})
    assert not MapArguments.takes_long({"arguments": {"layer": 1, "method": "pca"}})
    assert not MapArguments.takes_long({})

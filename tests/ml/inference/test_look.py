"""A look inside, as the predict worker answers it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ml.learning import SMALL, Configure, unpacked
from webapp.ml import digits, network
from webapp.ml.digits import Digits
from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.checkpoint import Checkpoint
from webapp.ml.inference import probe
from webapp.ml.inference.look import Looks
from webapp.ml.inference.model_cache import ModelCache
from webapp.ml.process.failure import Failure
from webapp.schemas.config import RunConfig

DEEP: list[dict[str, Any]] = [
    {"type": "RandomRotation", "factor": 0.1},
    {"type": "Conv2D", "filters": 40, "kernel_size": 3, "padding": "same", "activation": "relu"},
    {"type": "MaxPooling2D"},
    {"type": "GlobalAveragePooling2D"},
    {"type": "Dense", "units": 10, "activation": "softmax"},
]


def wanted(config: RunConfig, path: Path, weights: list[Any]) -> dict[str, Any]:
    """The `model` of a question."""
    checkpoint.write(path, Checkpoint(weights))
    dumped = config.model_dump(mode="json")
    return {"slot": "r1", "key": str(path), "weights": str(path), "config": dumped}


def seen(config: RunConfig, path: Path, image: digits.Images, weights: Any = None) -> Any:
    """What is seen of an image in the network, and the network."""
    model = network.build(config.layers, seed=2)
    if weights is not None:
        model.set_weights(weights)
    answer = Looks().look(ModelCache().take(wanted(config, path, model.get_weights())), image)
    json.dumps(answer, allow_nan=False)
    return answer, model


@pytest.mark.parametrize("scale", [True, False])
def test_it_says_what_each_layer_gives(
    configure: Configure, raw: Digits, tmp_path: Path, scale: bool
) -> None:
    config = configure(SMALL, dataset={"scale": scale})
    answer, model = seen(config, tmp_path / "0.npz", raw.x_test[0])
    x = digits.scaled(raw.x_test[:1], scale)
    outputs = probe.outputs(model, x)
    assert [layer["number"] for layer in answer["layers"]] == [2, 3]
    for layer, output in zip(answer["layers"], outputs[1:], strict=True):
        assert layer["shape"] == list(output.shape[1:]) and layer["shown"] == output.size
        np.testing.assert_allclose(unpacked(layer), output[0], atol=0.51 * layer["scale"])
        assert layer["high"] == pytest.approx(float(output.max()), rel=1e-5)
        assert layer["active"] == pytest.approx(float((output > 0).mean()))
    assert answer["digit"] == int(outputs[-1].argmax())
    np.testing.assert_allclose(answer["probabilities"], outputs[-1][0], rtol=1e-4, atol=1e-6)


def test_what_spoke_is_the_gradient_times_the_ink(
    configure: Configure, raw: Digits, tmp_path: Path
) -> None:
    config = configure(SMALL, dataset={"scale": False})
    answer, model = seen(config, tmp_path / "0.npz", raw.x_test[0])
    x = digits.scaled(raw.x_test[:1], False)
    _outputs, gradient = probe.compiled(config.layers)(*model.get_weights(), x)
    spoke = np.asarray(gradient)[0, ..., 0] * x[0, ..., 0]
    found = unpacked(answer["saliency"]["spoke"]).reshape(28, 28)
    np.testing.assert_allclose(found, spoke, atol=0.51 * answer["saliency"]["spoke"]["scale"])
    assert not found[raw.x_test[0] == 0].any() and found.any()


def test_convolutions_are_maps_and_layers_that_pass_on_are_left_out(
    configure: Configure, raw: Digits, tmp_path: Path
) -> None:
    config = configure(DEEP)
    answer, model = seen(config, tmp_path / "0.npz", raw.x_test[0])
    maps = answer["layers"][0]
    assert [layer["number"] for layer in answer["layers"]] == [2, 3, 4, 5]
    assert (maps["shape"], maps["shown"], maps["type"]) == ([28, 28, 40], 32, "Conv2D")
    output = probe.outputs(model, digits.scaled(raw.x_test[:1], True))[1][0]
    found = unpacked(maps).reshape(32, 28, 28)
    np.testing.assert_allclose(found[5], output[..., 5], atol=0.51 * maps["scale"])
    assert answer["layers"][1]["shown"] == 40, "14 × 14: all of them"


def test_a_network_that_diverged_has_no_answer(
    configure: Configure, raw: Digits, tmp_path: Path
) -> None:
    config = configure(SMALL)
    broken = [np.full_like(one, np.nan) for one in network.build(config.layers).get_weights()]
    with pytest.raises(Failure) as refused:
        seen(config, tmp_path / "0.npz", raw.x_test[0], broken)
    assert refused.value.code == "not_finite"


def test_networks_are_compiled_once(
    configure: Configure, raw: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    compiled = probe.compiled

    def counted(layers: Any) -> Any:
        made.append(len(layers))
        return compiled(layers)

    monkeypatch.setattr(probe, "compiled", counted)
    looks, model_cache = Looks(), ModelCache()
    for number, (layers, seed) in enumerate([(SMALL, 1), (SMALL, 2), (DEEP, 1), (SMALL, 3)]):
        config = configure(layers)
        model = network.build(config.layers, seed)
        path = tmp_path / f"{number}.npz"
        looks.look(model_cache.take(wanted(config, path, model.get_weights())), raw.x_test[0])
    assert made == [3, 5]

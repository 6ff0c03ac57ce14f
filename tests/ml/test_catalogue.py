"""Nothing is offered that does not run: what the catalogue says is trained, value by value."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.ml.choices import Part, config_of, packs, parts
from tests.ml.learning import Listener
from webapp.ml import digits, network
from webapp.ml.fitting.listening import Diverged

pytestmark = pytest.mark.filterwarnings("ignore:You are using a softmax over axis -1")
"""Of one channel; a student may choose that, too."""


@pytest.fixture
def catalog(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/catalog").get_json()
    return found


class Trial:
    """Trains what is tried as a run is trained."""

    def __init__(self, catalog: dict[str, Any], raw: digits.Digits) -> None:
        self.catalog = catalog
        self.raw = raw

    def fault(self, tried: Sequence[Part]) -> str | None:
        """What goes wrong with these parts; None where they train."""
        try:
            self._train(tried)
        except Diverged:
            return None  # `terminate_on_nan` does what it says
        except Exception as error:
            return f"{', '.join(map(str, tried))}: {error!r}"
        return None

    def faults(self, pack: Sequence[Part]) -> list[str]:
        """What goes wrong in a pack: of each choice alone, or of all together."""
        together = self.fault(pack)
        if together is None:
            return []
        alone = [self.fault([choice]) for part in pack for choice in part.choices()]
        return [each for each in alone if each] or [together]

    def _train(self, tried: Sequence[Part]) -> None:
        config = config_of(tried, self.catalog)
        model = network.build(config.layers, config.seed)
        network.compile(model, config.compile)
        listener = Listener()
        data = digits.prepare_training(self.raw, config.dataset)
        network.fit(model, data, config.fit, listener, seed=1)
        assert [one.epoch for one in listener.epochs] == [1]
        if any(part.place == "dataset" for part in tried):
            x, y = digits.prepare_test(self.raw, config.dataset)
            network.evaluate(model, x[:200], y[:200])


@pytest.fixture
def trial(catalog: dict[str, Any], raw: digits.Digits) -> Trial:
    return Trial(catalog, raw)


def test_every_choice_trains_with_others(
    trial: Trial, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = parts(trial.catalog)
    choices = {str(choice) for part in tried for choice in part.choices()}
    packed = packs(tried, trial.catalog)
    assert sorted(map(str, (part for pack in packed for part in pack))) == sorted(map(str, tried))
    began = time.perf_counter()
    faults = [fault for pack in packed for fault in trial.faults(pack)]
    seconds = time.perf_counter() - began
    said = f"{len(choices)} choices in {len(packed)} networks: {seconds:.0f} s"
    record_property("trained", said)
    with capsys.disabled():
        print(f" [{said}] ", end="")
    assert not faults, "\n".join(faults)


def test_a_pack_that_fails_is_taken_apart(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    real = network.compile

    def compile(model: Any, config: Any) -> None:
        if config.optimizer.name == "SGD" and config.optimizer.nesterov:
            raise ValueError("no nesterov today")
        real(model, config)

    monkeypatch.setattr(network, "compile", compile)
    sgd = Part("compile.optimizer.SGD", {"momentum": 0.5, "nesterov": True})
    pack = [Part("compile.loss.huber"), sgd, Part("layers.Dropout", {"rate": 0.5})]
    faults = trial.faults(pack)
    assert faults == [
        "compile.optimizer.SGD(nesterov=True): ValueError('no nesterov today')",
    ]


@pytest.mark.long
def test_every_choice_trains_alone(trial: Trial) -> None:
    choices = {str(one): one for part in parts(trial.catalog) for one in part.choices()}
    faults = [fault for choice in choices.values() if (fault := trial.fault([choice]))]
    assert not faults, "\n".join(faults)

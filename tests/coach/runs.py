"""Evidence for the rules: a healthy run, and what is changed in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from webapp.coach.evidence import Epoch, Evidence, LayerStatistics, Measured
from webapp.schemas.config import RunConfig

GOOD = (0.6, 0.82, 0.9, 0.93, 0.95, 0.96, 0.97, 0.975, 0.98, 0.98)
"""Accuracies of an ordinary run, epoch by epoch."""
FLAT = (0.1,) * 10
"""Those of a network that answers one digit."""


def dense(units: int, activation: str = "relu") -> dict[str, Any]:
    return {"type": "Dense", "units": units, "activation": activation}


def network(*activations: str) -> list[dict[str, Any]]:
    """Hidden layers with these activations, and softmax."""
    hidden = [dense(100, activation) for activation in activations]
    return [{"type": "Flatten"}, *hidden, dense(10, "softmax")]


def configured(**parts: Any) -> RunConfig:
    """2,000 images in batches of 20, so that ten epochs are 1,000 updates."""
    dataset = {"name": "mnist-5k", "train_samples": 2000, **parts.pop("dataset", {})}
    fit = {"batch_size": 20, "epochs": 10, "validation_split": 0, **parts.pop("fit", {})}
    layers = parts.pop("layers", network("relu", "relu"))
    whole = {"name": "A run", "layers": layers, "dataset": dataset, "fit": fit, **parts}
    return RunConfig.model_validate(whole)


def curve(
    accuracies: Sequence[float | None],
    val: Sequence[float] = (),
    losses: Sequence[float | None] = (),
) -> list[Epoch]:
    """Epochs with these accuracies; the losses are those of a network as right as that."""
    made = []
    for n, accuracy in enumerate(accuracies):
        loss = losses[n] if losses else (None if accuracy is None else 2.5 - 2.4 * accuracy)
        val_loss = val[n] if val else None
        made.append(Epoch(n + 1, loss, accuracy, val_loss, seconds=1.0))
    return made


def seen(layer: int, activation: str = "relu", **values: float | None) -> LayerStatistics:
    """A layer with ordinary gradients."""
    values_seen: dict[str, Any] = {"initial": 0.01, "newest": 0.01, "dead": None, "saturated": None}
    return LayerStatistics(layer=layer, activation=activation, **{**values_seen, **values})


def measured(
    layers: Sequence[LayerStatistics] = (),
    answers: Sequence[int] = (100,) * 10,
    train: float | None = 0.98,
    test: float | None = 0.95,
    clean: float | None = None,
) -> Measured:
    """The view's measurements on 1,000 test images."""
    return Measured(
        answers={"train": list(answers), "test": list(answers)},
        truth={"train": [100] * 10, "test": [98, 114, 103, 101, 98, 89, 96, 103, 97, 101]},
        accuracy={"train": train, "test": test, "clean": clean},
        pixels={"mean": 0.13, "largest": 1.0},
        layers=layers,
    )


def run(
    accuracies: Sequence[float | None] = GOOD,
    *,
    status: str = "finished",
    test: float | None = 0.95,
    diverged_at: int | None = None,
    inside: Measured | None = None,
    epochs: Sequence[Epoch] = (),
    **config: Any,
) -> Evidence:
    """A finished run with this curve, healthy by default."""
    return Evidence(
        config=configured(**config),
        status=status,
        epochs=epochs or curve(accuracies),
        diverged_at=diverged_at,
        test=test,
        measured=inside,
    )

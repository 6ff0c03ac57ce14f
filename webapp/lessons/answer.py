"""The answer of ``GET /api/lessons``: lessons, experiments and sizes, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext

from webapp.glossary.answer import terms_of_lesson
from webapp.lessons.experiments import (
    EXPERIMENTS,
    SIZES,
    Experiment,
    Figures,
    Size,
    batch_of,
    config_of,
    epochs_of,
    params_of,
)
from webapp.lessons.words import LESSONS, Lesson
from webapp.schemas.marks import N_
from webapp.schemas.optimizers import Adam

FIRST_SEED = 1


def lessons(here: Collection[str]) -> dict[str, Any]:
    """Return the whole answer; ``here`` names the datasets on this machine."""
    return {
        "sizes": [_size(size, size.dataset in here) for size in SIZES.values()],
        "default_size": default_size(here),
        "lessons": [_lesson(lesson) for lesson in LESSONS],
        "experiments": {name: _experiment(one) for name, one in EXPERIMENTS.items()},
    }


def default_size(here: Collection[str]) -> str:
    """Return the name of the first size whose dataset is on this machine."""
    return next(size.name for size in SIZES.values() if size.dataset in here)


@cache
def measured() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return what ``bench/lessons.py`` measured, by size and experiment: one row a seed.

    A row: ``seed``; accuracies 0-1: ``train`` (evaluated on the training images), ``train_epoch``
    (Keras' mean over the last epoch) and ``test``; ``epoch_seconds``; ``answers``, how often each
    digit was the answer on the test images; ``accuracies``, as ``train_epoch``, epoch by epoch.
    """
    text = (Path(__file__).parent / "measured.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, list[dict[str, Any]]]] = json.loads(text)
    return found


def _size(size: Size, available: bool) -> dict[str, Any]:
    return {
        "name": size.name,
        "title": gettext(size.title),
        "help": gettext(size.help),
        "dataset": size.dataset,
        "available": available,
    }


def _lesson(lesson: Lesson) -> dict[str, Any]:
    guesses = [
        {"text": gettext(guess.text), "low": guess.low, "high": guess.high}
        for guess in lesson.guesses
    ]
    return {
        "number": lesson.number,
        "title": gettext(lesson.title),
        "setup": gettext(lesson.setup),
        "question": gettext(lesson.question),
        "experiment": lesson.experiment,
        "partner": lesson.partner,
        "measure": lesson.measure,
        "guesses": guesses,
        "moral": gettext(lesson.moral),
        "why": gettext(lesson.why),
        "today": gettext(lesson.today) if lesson.today else "",
        "terms": terms_of_lesson(lesson.number),
    }


def _experiment(one: Experiment) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": gettext(one.title),
        "params": params_of(one),
        "lecture": _figures(one.lecture),
        "sizes": {size.name: _sized(one, size) for size in SIZES.values()},
    }


def _figures(figures: Figures) -> dict[str, float | None]:
    return {"train": figures.train, "test": figures.test}


def _sized(one: Experiment, size: Size) -> dict[str, Any]:
    """Return the experiment at one size; ``usual`` facts need no mention, such as no noise."""
    named = {"pixels": not one.scale, "noise": one.noise > 0, "dropout": one.dropout > 0}
    return {
        "config": config_of(one, size, name=run_name(one), seed=FIRST_SEED),
        "facts": [
            {
                "name": name,
                "label": gettext(label),
                "value": value,
                "usual": name in named and not named[name],
            }
            for name, label, value in _facts(one, size)
        ],
        "measured": measured().get(size.name, {}).get(one.name, []),
    }


def run_name(one: Experiment) -> str:
    """Return the name of its runs."""
    title = gettext(one.title)
    return str(gettext("Lesson %(number)s: %(title)s", number=one.name, title=title))


def _facts(one: Experiment, size: Size) -> list[tuple[str, str, str]]:
    """Return the choices as (name, msgid of the label, value); Keras' own words stay."""
    rate = 0.1 if one.optimizer == "SGD" else Adam().learning_rate
    none = gettext("none")
    pixels = gettext("0–1 (divided by 255)") if one.scale else gettext("0–255")
    return [
        ("layers", N_("Hidden layers"), f"{one.depth} × {one.units}"),
        ("activation", N_("Activation"), one.activation),
        ("loss", N_("Loss"), one.loss),
        ("optimizer", N_("Optimizer"), f"{one.optimizer} {rate:g}"),
        ("batch", N_("Batch size"), f"{batch_of(one, size):,}"),
        ("epochs", N_("Epochs"), str(epochs_of(one, size))),
        ("pixels", N_("Pixels"), pixels),
        ("noise", N_("Noise on the test images"), f"σ = {one.noise:g}" if one.noise else none),
        ("dropout", N_("Dropout after each layer"), f"{one.dropout:g}" if one.dropout else none),
    ]

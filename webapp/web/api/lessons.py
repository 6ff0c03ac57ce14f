"""Routes: the lessons, and the runs trained for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from webapp.datasets import catalogue
from webapp.lessons.answer import default_size, lessons
from webapp.lessons.experiments import EXPERIMENTS, SIZES, config_of, params_of, whole
from webapp.runs.alike import alike
from webapp.security.owners import reader
from webapp.web.api import query

bp = Blueprint("lessons", __name__, url_prefix="/api/lessons")

MOST_RUNS = 3
"""The runs of one experiment."""


@bp.get("")
def get_lessons() -> ResponseReturnValue:
    """Return the lecture's experiments as lessons, in the reader's language."""
    return jsonify(lessons(_here()))


@bp.get("/runs")
def list_lesson_runs() -> ResponseReturnValue:
    """Return the newest runs of each experiment; `mine=1`: only the client's own."""
    query.only("size", "mine")
    sizes = query.among("size", list(SIZES)) or (default_size(_here()),)
    mine = query.one_of("mine", "0", query.FLAGS) == "1"
    owner = (reader() or "") if mine else None
    return jsonify(size=sizes[0], runs=alike(_wanted(sizes[0]), MOST_RUNS, owner))


def _here() -> set[str]:
    looks = catalogue.look(current_app.config["SETTINGS"])
    return {look.name for look in looks if look.available}


@cache
def _wanted(size: str) -> Mapping[str, tuple[int, Mapping[str, Any]]]:
    """Return the experiments of one size with their numbers of parameters."""
    return {
        name: (params_of(one), whole(config_of(one, SIZES[size], name=name, seed=1)))
        for name, one in EXPERIMENTS.items()
    }

"""The objects that one application carries, by name and type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, current_app

if TYPE_CHECKING:  # only names of types, so nothing above is imported
    from webapp.database import WriteLock
    from webapp.datasets.catalogue import Downloads
    from webapp.inference.decoding import Decoding
    from webapp.inference.insights import Insights
    from webapp.inference.untested import Untested
    from webapp.runs.moves import Moves
    from webapp.runs.weights import WeightsCache
    from webapp.scheduler import Scheduler
    from webapp.security.access import Access
    from webapp.security.owners import Owners
    from webapp.security.places import Places
    from webapp.security.rates import Budget, RateLimiter
    from webapp.web.api.body_budget import BodyBudget
    from webapp.web.counts import Counts
    from webapp.web.sockets.publisher import Publisher
    from webapp.workers.launchers import Launcher
    from webapp.workers.predictor import Predictor

KEY = "inkling"


class Services:
    """The objects of one application that are not settings.

    ``create_app`` creates it first; the module that owns an attribute sets it in ``init_app``. An
    attribute that is not set yet raises AttributeError.
    """

    # who asks, and how often
    access: Access
    owners: Owners
    requests: Budget
    predictions: Budget
    refused: RateLimiter
    bodies: dict[str, BodyBudget]
    counts: Counts

    # runs
    write_lock: WriteLock
    weights: WeightsCache
    moves: Moves
    launcher: Launcher
    scheduler: Scheduler

    # questions to networks
    predictor: Predictor
    looks: Places
    long_questions: Places
    decoding: Decoding
    insights: Insights
    untested: Untested

    # the page
    downloads: Downloads
    publisher: Publisher

    def __init__(self) -> None:
        self.excuses: dict[tuple[str, int], int] = {}
        """Until when (ms) an attempt is excused because the disk was full."""
        self.kinds: dict[str, bytes] = {}
        """By run: equal for runs whose epochs take equally long."""


def init_app(app: Flask) -> Services:
    """Give the application its services, all still unset."""
    made = Services()
    app.extensions[KEY] = made
    return made


def services(app: Flask | None = None) -> Services:
    """Return the services of ``app``, or of the current application."""
    found: Services = (app or current_app).extensions[KEY]
    return found

"""Counters of one application since its start, for ``/metrics``.

They cost a few additions per request; nothing is queried for them.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from typing import Any

from flask import Flask, Response, g, request

from webapp.inference.answers import predicted
from webapp.runs.signals import event_recorded
from webapp.schemas.statuses import TERMINAL
from webapp.services import Service

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
"""Methods counted by name; a client may invent any number of others."""
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: the upper ends of the histograms' buckets; a last one has none."""


class Durations:
    """A histogram of durations: counts per bucket, and their sum."""

    def __init__(self) -> None:
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration."""
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def cumulated(self) -> list[tuple[str, float]]:
        """Return Prometheus' form: each upper bound and how many were at most that."""
        ends, count = [*map(str, BOUNDS), "+Inf"], 0
        pairs = []
        for end, more in zip(ends, self.buckets, strict=True):
            count += more
            pairs.append((end, float(count)))
        return pairs


class Counts:
    """The counters of one application; they count by themselves once created."""

    def __init__(self, app: Flask) -> None:
        self.requests: Counter[tuple[str, str, str]] = Counter()
        self.durations: dict[str, Durations] = {}
        self.predictions = Durations()
        self.events: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.checkpoint_bytes = 0
        app.before_request(self.begin_request)
        app.after_request(self.end_request)
        event_recorded.connect(self.on_event, app)
        predicted.connect(self.on_prediction, app)

    def begin_request(self) -> None:
        """Start the clock."""
        g.began = time.perf_counter()

    def end_request(self, response: Response) -> Response:
        """Count the request by its route: paths and methods are unlimited."""
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in METHODS else "other"
        self.requests[method, route, str(response.status_code)] += 1
        began = g.get("began")
        if began is not None:
            taken = self.durations.setdefault(route, Durations())
            taken.add(time.perf_counter() - began)
        if request.endpoint == "workers.put_checkpoint" and response.status_code == 204:
            self.checkpoint_bytes += request.content_length or 0
        return response

    def on_event(self, _app: object, run_id: str, event: dict[str, Any]) -> None:
        """Count an event, and a run that has ended."""
        self.events[event["type"]] += 1
        if event["type"] == "status" and event["status"] in TERMINAL:
            self.ended[event["status"]] += 1

    def on_prediction(self, _app: object, seconds: float) -> None:
        """Count a prediction, by HTTP or by socket."""
        self.predictions.add(seconds)


COUNTS: Service[Counts] = Service("counts")


def init_app(app: Flask) -> None:
    """Count from now on. Call it before other hooks of requests, to time them too."""
    COUNTS.provide(app, Counts(app))

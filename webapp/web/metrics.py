"""``GET /metrics`` for Prometheus: what the server does, and how full it is.

``counts`` counts. The library is imported at the first request, so that no start waits for it. No
number needs a query over all runs: runs that have ended are counted as they end, since this process
started.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Blueprint, Response, current_app

from webapp import machine
from webapp.database import RunRow, reading
from webapp.inference.decoding import DECODING
from webapp.inference.insights import INSIGHTS
from webapp.schemas.statuses import LIVE, TERMINAL
from webapp.web.counts import COUNTS, Counts
from webapp.workers.launchers import LAUNCHER
from webapp.workers.predictor import PREDICTOR

if TYPE_CHECKING:
    from prometheus_client.core import Metric

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def get_metrics() -> Response:
    """Return all numbers in Prometheus' text format."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Collector:
    """Supplies ``prometheus_client`` with its numbers; needs the application's context."""

    def collect(self) -> Iterator[Metric]:
        counts = COUNTS.get()
        yield from _of_requests(counts)
        yield from _of_runs(counts)
        yield from _of_processes()


def _of_requests(counts: Counts) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

    requests = CounterMetricFamily(
        "inkling_requests", "HTTP requests.", labels=("method", "route", "status")
    )
    for labels, count in counts.requests.items():
        requests.add_metric(labels, count)
    yield requests
    taken = HistogramMetricFamily(
        "inkling_request_seconds", "What requests took.", labels=("route",)
    )
    for route, durations in counts.durations.items():
        taken.add_metric((route,), durations.cumulated(), durations.seconds)
    yield taken
    predictions = HistogramMetricFamily("inkling_prediction_seconds", "What predictions took.")
    predictions.add_metric((), counts.predictions.cumulated(), counts.predictions.seconds)
    yield predictions


def _of_runs(counts: Counts) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    live = _live_runs()
    runs = GaugeMetricFamily("inkling_runs", "Runs that have not ended.", labels=("status",))
    for status in LIVE:
        runs.add_metric((status,), live.get(status, 0))
    yield runs
    yield GaugeMetricFamily("inkling_queue_length", "Runs that wait.", live.get("queued", 0))
    ended = CounterMetricFamily("inkling_runs_ended", "Runs that have ended.", labels=("status",))
    for status in TERMINAL:
        ended.add_metric((status,), counts.ended[status])
    yield ended
    events = CounterMetricFamily("inkling_events", "Events recorded.", labels=("type",))
    for kind, count in counts.events.items():
        events.add_metric((kind,), count)
    yield events
    yield CounterMetricFamily(
        "inkling_checkpoint_bytes", "Bytes of checkpoints stored.", counts.checkpoint_bytes
    )


def _live_runs() -> dict[str, int]:
    """Return how many runs have each status that is not final: a query of the index."""
    query = (
        sa.select(RunRow.status, sa.func.count())
        .where(RunRow.status.in_(LIVE))
        .group_by(RunRow.status)
    )
    with reading() as session:
        return {status: count for status, count in session.execute(query)}


def _of_processes() -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    launcher = LAUNCHER.get()
    yield GaugeMetricFamily("inkling_workers", "Train workers at work.", launcher.alive())
    watchers = len(current_app.extensions["socketio"].server.eio.sockets)
    yield GaugeMetricFamily("inkling_watchers", "Clients connected by Socket.IO.", watchers)
    memory = GaugeMetricFamily(
        "inkling_resident_bytes", "What processes have in memory.", labels=("process",)
    )
    memory.add_metric(("web",), machine.resident(os.getpid()))
    memory.add_metric(("train",), sum(map(machine.resident, launcher.pids())))
    memory.add_metric(("predict",), sum(map(machine.resident, PREDICTOR.get().pids())))
    insights = INSIGHTS.get().worker.pids()
    memory.add_metric(("insight",), sum(map(machine.resident, insights)))
    decoding = DECODING.get().pids()
    memory.add_metric(("decode",), sum(map(machine.resident, decoding)))
    yield memory

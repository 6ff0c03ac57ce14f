"""A run's life: the only place that changes a run's status.

``lifecycle`` creates, renames, stops, deletes and ends runs; ``attempts`` starts workers' attempts
and checks their tokens; ``recording`` stores what workers report; ``queries`` answers; ``files``
knows where checkpoints lie. Every change is one transaction, and is told afterwards by the
signals ``event_recorded`` and ``run_changed``.

May import ``database``, ``security``, ``configuration``, ``workers.launchers`` and
``kerasfile.container``. Must not know a route, a socket or how a network is computed.
"""

from webapp.runs.queries import events_after, get, page, summary
from webapp.runs.signals import event_recorded, run_changed

__all__ = ["event_recorded", "events_after", "get", "page", "run_changed", "summary"]

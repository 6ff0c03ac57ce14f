"""The life of a run: the only package that changes a run's status.

``lifecycle`` creates, renames and deletes runs, ``control`` pauses, resumes and stops them;
``attempts`` starts workers' attempts and checks their tokens; ``recording`` stores what workers
report; ``queries`` reads; ``files`` knows where checkpoints lie. Every change is one transaction,
and is published after its commit by the signals ``event_recorded`` and ``run_changed``.

May import ``database``, ``security``, ``configuration``, ``workers.launchers`` and
``kerasfile.container``. Must not know a route, a socket or how a network is computed.
"""

from webapp.runs.queries import events_after, get, page, summary
from webapp.runs.signals import event_recorded, run_changed

__all__ = ["event_recorded", "events_after", "get", "page", "run_changed", "summary"]

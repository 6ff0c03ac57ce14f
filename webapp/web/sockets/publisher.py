"""Publishes ``event``, ``run``, ``run_deleted`` and ``dataset`` by Socket.IO."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Flask
from flask_babel import force_locale, gettext
from flask_socketio import SocketIO

from webapp import language
from webapp.datasets.catalogue import dataset_progress
from webapp.runs import queries
from webapp.runs.signals import (
    event_recorded,
    run_changed,
    run_deleted,
    run_measured,
    run_moved,
)
from webapp.services import Service
from webapp.web.sockets import packets
from webapp.web.sockets.rooms import event_room, language_room, list_room, own_list_room, run_room
from webapp.web.sockets.thinning import Pacer, Throttle

LIST_SECONDS = 0.001
"""The rest after a push to the lists, for each of their clients: ten times as long as a push takes,
so measurements and places in the queue take a tenth of a core at most (docs/results.md,
"Constants and their sources")."""

Payload = dict[str, Any]


class Publisher:
    """Pushes what the signals report. It neither blocks nor writes to the database.

    A summary goes to a run's owner as "mine" and to all others as not theirs. It is serialized once
    for each of the two and each language, not once for each client.
    """

    def __init__(self, app: Flask, socketio: SocketIO) -> None:
        self._app = app
        self._socketio = socketio
        self._thinner = Throttle(self._push_run)
        self._lists = Pacer(self._push_to_lists)
        PUBLISHER.provide(app, self)  # signals hold their receivers weakly
        event_recorded.connect(self.on_event, app)
        run_changed.connect(self.on_run, app)
        run_moved.connect(self.on_move, app)
        run_measured.connect(self.on_measured, app)
        run_deleted.connect(self.on_deletion, app)
        dataset_progress.connect(self.on_dataset, app)

    def on_event(self, _app: object, run_id: str, event: Payload) -> None:
        """Push an event to the clients that watch its run."""
        self._socketio.emit("event", event, to=event_room(run_id))
        self._drop_slow()

    def on_run(self, _app: object, run: Payload, urgent: bool) -> None:
        """Push a summary, at once or thinned."""
        self._thinner.put(run["id"], (run, urgent), urgent=urgent)

    def on_move(self, _app: object, run: Payload) -> None:
        """Push a run's new position in the queue; at once to clients that watch the run."""
        self._thinner.put(run["id"], (run, False), urgent=True)

    def on_measured(self, _app: object, run: Payload) -> None:
        """Push the size of a run's files, in turn."""
        self.on_run(_app, run, urgent=False)

    def on_deletion(self, _app: object, run_id: str) -> None:
        """Push that the run is deleted, after all that was pushed of it."""
        self._thinner.drop(run_id)
        self._lists.drop(run_id)
        lists = [list_room(locale) for locale in language.LOCALES.values()]
        self._socketio.emit("run_deleted", {"run_id": run_id}, to=[event_room(run_id), *lists])

    def on_dataset(self, _app: object, progress: Payload) -> None:
        """Push the progress of a download to everyone."""
        message = progress.get("message")
        for locale in self._locales():
            message_data = {**progress, "message": gettext(message)} if message else progress
            self._socketio.emit("dataset", message_data, to=language_room(locale))

    def _push_run(self, pushed: tuple[Payload, bool]) -> None:
        """Push a summary to clients that watch the run, and to the lists at once or in turn."""
        run, urgent = pushed
        owner = run["owner"]
        for locale in self._locales():
            for seen_by, mine in ((owner, True), (None, False)):
                self._emit_run(queries.as_seen(run, seen_by), [run_room(run["id"], locale, mine)])
        self._lists.put(run["id"], run, urgent=urgent)

    def _push_to_lists(self, run: Payload) -> float:
        """Push a summary to clients that receive all runs but do not watch this one.

        Returns the seconds to rest after it.
        """
        owner, pushes = run["owner"], 0
        for locale in self._locales():
            own, others = own_list_room(locale, owner), list_room(locale)
            watching = [
                sid
                for mine in (True, False)
                for sid in self._clients(run_room(run["id"], locale, mine))
            ]
            self._emit_run(queries.as_seen(run, owner), [own], but=watching)
            self._emit_run(queries.as_seen(run, None), [others], but=watching + self._clients(own))
            pushes += len(self._clients(others))
        return pushes * LIST_SECONDS

    def _emit_run(self, run: Payload, rooms: list[str], but: Sequence[str] = ()) -> None:
        if any(map(self._clients, rooms)):
            self._socketio.emit("run", run, to=rooms, skip_sid=list(but))

    def _clients(self, room: str) -> list[str]:
        """Return the clients in the room, by Flask-SocketIO's ids."""
        return [sid for sid, _eio in self._socketio.server.manager.get_participants("/", room)]

    def _locales(self) -> Iterator[str]:
        """Yield each language; sentences are translated to it meanwhile."""
        with self._app.app_context():
            for locale in language.LOCALES.values():
                with force_locale(locale):
                    yield locale

    def _drop_slow(self) -> None:
        """Disconnect clients whose queue is too long: the queue itself has no limit."""
        for client in list(self._socketio.server.eio.sockets.values()):
            packets.drop_if_behind(client)


PUBLISHER: Service[Publisher] = Service("publisher")

"""Handlers of Socket.IO events: ``watch``, ``unwatch``, ``watch_runs`` and ``predict``.

Every acknowledgement is an answer or the one error form; no payload raises. Each handler runs with
the request of the handshake, so messages are in the language that the connection requested.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_babel import gettext
from flask_socketio import SocketIO, join_room, leave_room
from werkzeug.wrappers import Request

from webapp import language
from webapp.background import patched
from webapp.errors import ApiError, FieldProblem, InvalidInput, TooManyRequests, of_fault
from webapp.inference import answers
from webapp.runs import queries
from webapp.runs.weights import NAMED
from webapp.schemas.events import MAX_SEQ
from webapp.security import limits, refusals
from webapp.security.owners import reader
from webapp.web.sockets import packets, sessions
from webapp.web.sockets.publisher import Publisher
from webapp.web.sockets.rooms import event_room, language_room, list_room, own_list_room, run_room
from webapp.web.sockets.websocket import patch_engineio

MAX_MESSAGE_BYTES = 6 * 1024 * 1024
"""An image of 4 MB as a data URL is 5.4 MB."""

MAX_WATCHED = 200
"""Runs that one client watches; the page compares eight."""

EVENTS = {
    "watch": packets.Known(),
    "unwatch": packets.Known(),
    "watch_runs": packets.Known(),
    "predict": packets.Known(MAX_MESSAGE_BYTES, waits=True),
}

Payload = dict[str, Any]


def init_app(app: Flask) -> SocketIO:
    """Register the application's sockets; they receive the signals of runs."""
    mode, places = "gevent" if patched() else "threading", packets.Places()
    patch_engineio(mode, MAX_MESSAGE_BYTES, places)
    sessions.patch_engineio()
    socketio = SocketIO(
        app,
        async_mode=mode,
        async_handlers=False,  # a client's events in order; packets.guard makes exceptions
        max_http_buffer_size=MAX_MESSAGE_BYTES,
        cors_allowed_origins=same_origin,
        manage_session=False,
        serializer=packets.TextPacket,
        logger=logging.getLogger("socketio.server"),  # given a logger, it adds no handler
        engineio_logger=logging.getLogger("engineio.server"),
    )
    packets.guard(socketio.server, EVENTS, partial(_refusal, app), places)
    sessions.guard(socketio.server.eio)
    socketio.on_event("connect", _connect)
    for name, handler in (
        ("watch", _watch),
        ("unwatch", _unwatch),
        ("watch_runs", _watch_runs),
        ("predict", _predict),
    ):
        socketio.on_event(name, _answering(handler))
    Publisher(app, socketio)
    return socketio


def same_origin(origin: str | None, environ: dict[str, Any]) -> bool:
    """Return whether a handshake comes from our own page, or from a program (no Origin at all).

    ``X-Forwarded-Host`` is ignored: behind a trusted proxy, Host was corrected before this.
    """
    if origin is None:
        return True
    host: str = environ.get("HTTP_HOST", "")
    return urlsplit(origin).netloc.lower() == host.lower()


def _answering(handler: Callable[[Payload], Payload]) -> Callable[..., Payload]:
    """Return the handler with any error converted to the one error form."""

    @wraps(handler)
    def answer(*arguments: Any) -> Payload:
        try:
            _free_frames()
            payload = arguments[0] if arguments else None
            _check_unread()
            if not isinstance(payload, dict):
                raise InvalidInput("invalid_payload", gettext("The payload must be an object."))
            return handler(payload)
        except ApiError as error:
            return error.as_json()
        except Exception as error:
            return of_fault(error).as_json()

    return answer


def _free_frames() -> None:
    """Let the frames of this event be freed, and its answer with them, as soon as it is sent.

    The address of a handshake is no route, and Flask keeps the error that says so with the request;
    its traceback refers to the frames that refer to the request. The garbage collector alone would
    end that: a class of questions left 20 answers of a thousand events for it.
    """
    request.routing_exception = None


def _refusal(app: Flask, environ: dict[str, Any], event: str) -> Payload | None:
    """Count an event before it is read; return the error for a client above its rate, else None."""
    try:
        with app.app_context():
            limits.spend(Request(environ), predicts=EVENTS[event].waits)
    except TooManyRequests as error:
        refusals.note(error.code, environ)
        with app.request_context(environ):
            return error.as_json()
    return None


def _connect() -> None:
    """Store the language of the connection: sentences are pushed once per language."""
    join_room(language_room(language.from_request()))


def _run_id(payload: Payload) -> str:
    """Return the run's id in the payload. Raises InvalidInput."""
    run_id = payload.get("run_id")
    if not isinstance(run_id, str) or not 0 < len(run_id) <= 64:
        raise _invalid("run_id", gettext("must be the id of a run"))
    return run_id


def _invalid(path: str, message: str) -> InvalidInput:
    text = gettext("The payload cannot be used.")
    return InvalidInput("invalid_payload", text, [FieldProblem(path, message)])


def _watch(payload: Payload) -> Payload:
    """Join the run's room, then answer the run and its first events after ``after``."""
    run_id = _run_id(payload)
    after = payload.get("after", 0)
    if type(after) is not int or not 0 <= after <= MAX_SEQ:
        raise _invalid("after", gettext("must be a whole number, 0 or above"))
    mine = queries.get(run_id)["owner"]["mine"]
    watched = _watched()
    if len(watched | {run_id}) > MAX_WATCHED:
        raise TooManyRequests("too_many_watched", gettext("Too many runs are watched at once."))
    watched.add(run_id)
    join_room(event_room(run_id))
    join_room(run_room(run_id, language.from_request(), mine))
    run, events = queries.watch(run_id, after)
    return {"run": run, "events": events}


def _watched() -> set[str]:
    """Return the runs that this client watches. The handshake's environ lives as long as the
    client.
    """
    found: set[str] = request.environ.setdefault("inkling.watched", set())
    return found


def _check_unread() -> None:
    """Raise TooManyRequests when the client of this event reads none of its answers."""
    server = current_app.extensions["socketio"].server
    client = server.eio.sockets.get(server.manager.eio_sid_from_sid(_sid(), "/"))
    if client is not None:
        packets.check_unread(client, list(server.eio.sockets.values()))


def _sid() -> str:
    """Return Flask-SocketIO's id of the client of the current event."""
    return str(request.sid)  # type: ignore[attr-defined]


def _unwatch(payload: Payload) -> Payload:
    """Leave the run's room."""
    run_id = _run_id(payload)
    _watched().discard(run_id)
    leave_room(event_room(run_id))
    for mine in (True, False):
        leave_room(run_room(run_id, language.from_request(), mine))
    return {}


def _watch_runs(_payload: Payload) -> Payload:
    """Receive every run from now on; answer the newest runs."""
    locale, owner = language.from_request(), reader()
    join_room(list_room(locale))
    if owner is not None:
        join_room(own_list_room(locale, owner))
    return {"runs": queries.page()}


def _predict(payload: Payload) -> Payload:
    """Do the same as ``POST …/predict``; ``epoch`` is its parameter of that name."""
    run_id = _run_id(payload)
    chosen = payload.get("epoch", "newest")
    if chosen not in NAMED and (type(chosen) is not int or not 0 <= chosen <= MAX_SEQ):
        raise _invalid("epoch", gettext("must be the number of an epoch, best or newest"))
    drawing = {name: value for name, value in payload.items() if name not in ("run_id", "epoch")}
    return answers.predict(run_id, drawing, chosen)


def disconnect_all(app: Flask) -> None:
    """Disconnect all clients: the server is ending."""
    socketio: SocketIO = app.extensions["socketio"]
    for client in list(socketio.server.eio.sockets.values()):
        client.close(wait=False, abort=False)

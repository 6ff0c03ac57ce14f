"""Sessions of long polling, in every way that a client can leave: nothing of them stays."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from tests.fakes.doubles import wait_until
from tests.faults.attacks import polling
from tests.faults.attacks.row import Target
from tests.server_process import Server, serving
from webapp.security.limits import LIMITS
from webapp.web.sockets import sessions
from webapp.web.sockets.sessions import Session

HANDSHAKE = "/socket.io/?EIO=4&transport=polling"


class Clock:
    """A clock that advances on command."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now

    time = monotonic


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(sessions, "time", made)
    monkeypatch.setattr("engineio.socket.time", made)
    monkeypatch.setattr("engineio.base_socket.time", made)
    monkeypatch.setattr(sessions, "LOOK_SECONDS", 1000)  # only when it is called
    return made


def engine(app: Flask) -> Any:
    return app.extensions["socketio"].server.eio


def begin(client: FlaskClient, **options: Any) -> Session:
    """A new session, by its handshake."""
    answer = client.get(HANDSHAKE, **options)
    assert answer.status_code == 200, answer.text
    found: Session = engine(client.application).sockets[json.loads(answer.text[1:])["sid"]]
    return found


def post(client: FlaskClient, session: Session, body: str, **options: Any) -> Any:
    return client.post(f"{HANDSHAKE}&sid={session.sid}", data=body, buffered=True, **options)


def look(app: Flask, clock: Clock, seconds: float) -> None:
    """Go on by so many seconds, and look at each client once."""
    clock.now += seconds
    for client in list(engine(app).sockets.values()):
        client.look(clock.now)


def test_who_asks_nothing_is_gone(client: FlaskClient, clock: Clock) -> None:
    app, session = client.application, begin(client)
    look(app, clock, 9)
    assert not session.closed
    post(client, session, "40")
    look(app, clock, 9)
    assert not session.closed, "it spoke meanwhile"
    look(app, clock, 2)
    assert session.closed
    server = app.extensions["socketio"].server
    assert not server.environ and not server.manager.sid_from_eio_sid(session.sid, "/")


def test_a_poll_is_answered_in_time(client: FlaskClient, clock: Clock) -> None:
    session = begin(client)
    session._polls_since = clock.now
    session.requests = 1
    look(client.application, clock, 7)
    assert session.queue.empty()
    look(client.application, clock, 2)
    assert session.queue.get(block=False).encode() == "6"
    look(client.application, clock, 20)
    assert not session.closed, "its request is under way"


def test_pings_come_in_time_and_need_an_answer(client: FlaskClient, clock: Clock) -> None:
    app, session = client.application, begin(client)
    session.requests = 1
    for _ in range(2):
        look(app, clock, 24)
        assert session.queue.empty()
        look(app, clock, 2)
        assert session.queue.get(block=False).encode() == "2"
        post(client, session, "3")
        session.requests = 1
    look(app, clock, 26)
    look(app, clock, 21)
    assert session.closed


def test_nothing_waits_for_a_client_that_is_gone(client: FlaskClient) -> None:
    session = begin(client)
    session.queue.put("never taken")
    engine(client.application).disconnect(session.sid)  # as the library does after an error
    assert session.closed and session.sid not in engine(client.application).sockets


def test_a_body_over_the_limit_is_refused_unread(client: FlaskClient) -> None:
    session = begin(client)

    class Unread:
        def read(self, *_size: int) -> bytes:
            raise AssertionError("it was read")

    reported = {"CONTENT_LENGTH": "7000000", "wsgi.input": Unread()}
    answer = client.post(f"{HANDSHAKE}&sid={session.sid}", environ_overrides=reported)
    assert answer.status_code == 413 and answer.json is not None
    assert answer.json["error"]["code"] == "too_large"
    assert answer.headers["Connection"] == "close" and session.closed


def test_an_image_of_four_megabytes_fits(client: FlaskClient) -> None:
    session = begin(client)
    post(client, session, "40")
    image = "data:image/png;base64," + "A" * 5_500_000
    ask = "421" + json.dumps(["predict", {"run_id": "none", "image": image}])
    assert post(client, session, ask).status_code == 200
    answer = client.get(f"{HANDSHAKE}&sid={session.sid}").text
    assert answer.startswith("40") or "run_not_found" in answer


def test_a_session_that_is_over_is_unknown(client: FlaskClient) -> None:
    session = begin(client)
    session.close()
    assert session.sid not in engine(client.application).sockets
    assert post(client, session, "40").status_code == 400


@pytest.mark.parametrize("body", ["7", "0", "9"])
def test_what_is_no_packet_ends_the_session(client: FlaskClient, body: str) -> None:
    session = begin(client)
    assert post(client, session, body).status_code == 400
    assert session.closed and session.sid not in engine(client.application).sockets


def test_a_second_poll_at_once_ends_the_session(client: FlaskClient) -> None:
    session = begin(client)
    session._polls_since = 1.0
    assert client.get(f"{HANDSHAKE}&sid={session.sid}").status_code == 400
    assert session.closed


def test_a_websocket_that_is_none_leaves_no_session(client: FlaskClient) -> None:
    """Without ``Connection`` the library would answer packets that are no bytes: a traceback."""
    path = HANDSHAKE.replace("polling", "websocket")
    assert client.get(path, headers={"Upgrade": "websocket"}).status_code == 400
    assert engine(client.application).sockets == {}


def test_there_is_room_for_so_many(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "EACH", 2)
    monkeypatch.setattr(sessions, "TOTAL", 3)
    near, far = [{"environ_base": {"REMOTE_ADDR": f"127.0.0.{n}"}} for n in (1, 2)]
    first, second = begin(client, **near), begin(client, **near)
    first.requests = 1
    third = begin(client, **near)
    assert second.closed, "it was silent for longest of this address"
    assert not first.closed and not third.closed
    begin(client, **far)
    third.requests = 1
    refused = client.get(HANDSHAKE, **near)
    assert refused.status_code == 429 and refused.json is not None
    assert refused.json["error"]["code"] == "too_many_sessions"
    assert begin(client, **far), "in place of its own"


def test_an_unknown_session_counts_as_a_new_one(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from webapp.security.rates import Budget

    monkeypatch.setattr(LIMITS.get(client.application), "requests", Budget(2))
    far = {"REMOTE_ADDR": "192.0.2.1"}
    asked = [client.get(f"{HANDSHAKE}&sid=x", environ_base=far).status_code for _ in range(3)]
    assert asked == [400, 400, 429]


# --- a real server

IN_HASTE = (
    "from webapp.web.sockets import sessions;sessions.POLL_SECONDS = sessions.SILENT_SECONDS = 1"
)


@pytest.fixture(scope="module")
def urgent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose sessions are over sooner."""
    folder = tmp_path_factory.mktemp("sessions") / "data"
    with serving(folder, first=IN_HASTE) as server:
        yield server


@pytest.mark.parametrize("leave", polling.WAYS, ids=lambda way: way.__name__)
def test_nothing_is_left(urgent: Server, leave: Callable[[socket.socket, str], None]) -> None:
    files, target = Path(f"/proc/{urgent.process.pid}/fd"), Target(urgent.port, "")
    before = len(os.listdir(files))
    for _ in range(20):
        sid = target.session()
        with contextlib.suppress(ConnectionError), target.connect() as client:
            leave(client, sid)
    wait_until(lambda: len(os.listdir(files)) <= before + 4 and clients(urgent) == 0, 30)


def clients(server: Server) -> int:
    """How many clients the server says that it has."""
    reported = requests.get(f"{server.url}/metrics", timeout=10).text
    return int(float(re.findall(r"^inkling_watchers (.*)$", reported, re.MULTILINE)[0]))

"""What a client of Socket.IO may send, by the library's own parts."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import engineio
import pytest
from wsproto.events import TextMessage

from webapp.errors import TooManyRequests
from webapp.security.rates import Bucket
from webapp.web.sockets.packets import Known, Places, gate, head, message, unread
from webapp.web.sockets.packets.gate import Dropped, Gate, PostedPackets
from webapp.web.sockets.packets.guard import _hold
from webapp.web.sockets.packets.head import BadPacket
from webapp.web.sockets.packets.message import Message, Refused
from webapp.web.sockets.packets.places import FREE_BYTES, UNIT_BYTES, UnderWay
from webapp.web.sockets.sessions import Session

EVENTS = {"watch": Known(), "predict": Known(6_000_000, waits=True)}
IMAGE = '2["predict",{"image":"data:image/png;base64,' + "A" * 5_500_000 + '"}]'
NUMBERS = '2["predict",{"strokes":[[' + "[1,2]," * 100_000 + "[1,2]]]}]"


@pytest.mark.parametrize(
    ("text", "event", "number"),
    [
        ("0", "", None),
        ('0{"token":"x"}', "", None),
        ("1", "", None),
        ('2["watch"]', "watch", None),
        ('217["watch",{"run_id":"x"}]', "watch", 17),
        ('20[ "nothing knows this" , 1]', "nothing knows this", 0),
        (IMAGE, "predict", None),
    ],
)
def test_a_packet_s_head(text: str, event: str, number: int | None) -> None:
    assert head.read(text, EVENTS) == head.Head(text[0], event, number)
    assert head.of_engine("4" + text, EVENTS) == head.Head(text[0], event, number)


@pytest.mark.parametrize(
    "text",
    [
        "", "3[1]", '4{"message":""}', '51-["predict"]', "61-[]", "7", "x", "0[]", "0/no,", "1x",
        "2", "2{}", "2[]", "2[7]", "2[null]", '2[["watch"]]', '2["watch', '2/no,["watch"]',
        '2["watch" 7]', '2123456789012345678["watch"]', "\u0662", '2\u0661["watch"]',
        '2["w\\u0061tch"]', '2["' + "x" * 65 + '"]',
        "0{" + " " * 5000, '2["watch","' + "x" * 5000 + '"]', '2["unknown","' + "x" * 5000 + '"]',
        NUMBERS,
    ],
)  # fmt: skip
def test_what_is_no_packet(text: str) -> None:
    with pytest.raises(BadPacket):
        head.read(text, EVENTS)


@pytest.mark.parametrize("text", ["", "0", "2", "2probe", "5", "6", "33", "31", "1x", "b4", "9"])
def test_what_a_client_may_not_say_to_the_engine(text: str) -> None:
    assert head.of_engine("3", EVENTS) is head.of_engine("1", EVENTS) is None
    with pytest.raises(BadPacket):
        head.of_engine(text, EVENTS)


@pytest.fixture
def client() -> Any:
    """A client of a real engine, without a connection."""
    server = engineio.Server(async_mode="threading", monitor_clients=False)
    server.ended = 0
    made = server.sockets["x"] = Session(server, "x")
    made.connected = True
    return made


@pytest.fixture
def before(client: Any) -> Gate:
    """The client's gate."""
    _hold(client, {}, EVENTS, Places())
    found: Gate = client.session[gate.GATE]
    return found


def is_dropped(client: Any) -> bool:
    return client.closed and client.sid not in client.server.sockets


@pytest.mark.parametrize(
    ("packet", "count"),
    [
        ("3", gate.QUESTIONS),
        ('42["unknown"]', gate.QUESTIONS),
        ('42["watch"]', gate.QUESTIONS),
        ('42["predict"]', gate.PREDICTIONS),
    ],
)
def test_a_connection_has_a_budget(client: Any, before: Gate, packet: str, count: int) -> None:
    assert all(before.allows(packet) for _ in range(count))
    more = 0
    while before.allows(packet):  # it flows in again meanwhile
        more += 1
    assert more < count / 2
    assert is_dropped(client)
    assert not before.allows("3"), "nothing of a dropped client is taken"


def test_many_bytes_are_waited_for(before: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        before._bytes._at -= seconds

    monkeypatch.setattr(gate, "time", SimpleNamespace(sleep=wait))
    assert all(before.allows("4" + IMAGE) for _ in range(12))
    assert 3 < sum(waited) < 5


def test_a_client_far_behind_is_dropped(
    client: Any, before: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "MAX_BEHIND", 2)
    for _ in range(3):
        client.queue.put(None)
    assert not before.allows("3")
    assert is_dropped(client)


class Reader:
    """A client for whom answers of 10 bytes wait."""

    closing = False

    def __init__(self, answers: int) -> None:
        self.queue = SimpleNamespace(queue=[SimpleNamespace(data="x" * 10), None] * answers)
        self.session: dict[str, Any] = {}

    def close(self, **_how: bool) -> None:
        self.closing = True


@pytest.mark.parametrize(
    ("own", "others", "dropped"),
    [(4, [0], False), (11, [0], True), (4, [9, 9], False), (6, [9, 9], True)],
)
def test_who_asks_without_reading_is_dropped(
    own: int, others: list[int], dropped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, most in (("FREE_BYTES", 50), ("EACH_BYTES", 100), ("TOTAL_BYTES", 200)):
        monkeypatch.setattr(unread, name, most)
    one = Reader(own)
    with pytest.raises(TooManyRequests) if dropped else nullcontext():
        unread.check(one, [one, *map(Reader, others)])
    assert one.closing is dropped


def test_who_does_not_join_in_time_is_dropped(client: Any, before: Gate) -> None:
    assert client.check_ping_timeout()
    before._until = 0
    assert not client.check_ping_timeout()
    assert is_dropped(client)


def test_a_client_that_the_library_gives_up_is_forgotten(client: Any, before: Gate) -> None:
    client.last_ping = 1
    assert not client.check_ping_timeout()
    assert is_dropped(client)


Post = Callable[..., list[str]]


@pytest.fixture
def post(client: Any, before: Gate) -> Post:
    """Post a body; return what the library then receives."""

    def posted(body: bytes, **environ: Any) -> list[str]:
        received: list[str] = []
        client.server.on("message", lambda _sid, data: received.append(data))
        given = {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
        client.handle_post_request({**given, **environ})
        return received

    return posted


def test_a_body_of_many_packets(client: Any, post: Post) -> None:
    assert post(b'40\x1e42["watch"]\x1e3') == ["0", '2["watch"]']
    assert post(b"\x1e".join([b'42["watch"]'] * gate.POSTED)) == ['2["watch"]'] * gate.POSTED
    assert not client.closed


@pytest.mark.parametrize(
    ("body", "environ"),
    [
        (b'42["watch"]\x1e42[7]', {}),
        (b"\x1e" * 1000, {}),
        (b"", {}),
        (b"\xff", {}),
        (b"d=4", {}),
        (b"4[[[]]]", {}),
        (b"40", {"CONTENT_LENGTH": "2000000"}),
        (b"40", {"CONTENT_LENGTH": "-1"}),
    ],
)
def test_a_body_with_what_is_no_packet(
    client: Any, post: Post, body: bytes, environ: dict[str, str]
) -> None:
    received: list[str] = []
    with pytest.raises(Dropped):
        received += post(body, **environ)
    assert received == []
    assert is_dropped(client)


def test_large_bodies_need_a_place(client: Any, before: Gate) -> None:
    client.server.max_http_buffer_size = 10**7
    posts = PostedPackets(client, before, Places(0))
    with pytest.raises(Dropped):
        posts({"CONTENT_LENGTH": "6000000"})
    assert is_dropped(client)


def test_a_body_takes_no_longer_than_a_minute(
    client: Any, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has a place meanwhile: a byte a second would keep that for a month."""
    now = [0.0]
    monkeypatch.setattr(gate, "time", SimpleNamespace(monotonic=lambda: now[0]))

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            now[0] += 40
            return super().read(size)

    size = gate.PIECE_BYTES * 3
    with pytest.raises(Dropped):
        post(b"", **{"CONTENT_LENGTH": str(size), "wsgi.input": Slow(b"4" * size)})
    assert is_dropped(client) and now[0] == 80


# --- messages of a WebSocket


def part(text: str, frame: bool = True, last: bool = False) -> TextMessage:
    return TextMessage(data=text, frame_finished=frame, message_finished=last)


def test_a_message_in_parts() -> None:
    made = Message(10**6, Places())
    for _ in range(5000):
        assert made.add(part("x", frame=False)) is None
    assert made.add(part("y", last=True)) == "x" * 5000 + "y"
    made.clear()
    assert made.add(part("z", last=True)) == "z"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([part("")] * (message.MAX_FRAGMENTS + 1), "too_many_fragments"),
        ([part("x" * 1000)] * 101, "message_too_large"),
        ([part("数" * 40_000)], "message_too_large"),
    ],
)
def test_a_message_has_bounds(parts: list[TextMessage], reason: str) -> None:
    made = Message(100_000, Places())
    with pytest.raises(Refused, match=reason):
        for one in parts:
            made.add(one)


def test_a_message_takes_no_longer_than_a_minute() -> None:
    made = Message(100, Places())
    made.check_time()
    made.add(part("x"))
    made.check_time()
    assert made._began is not None
    made._began -= 61
    with pytest.raises(Refused, match="message_too_slow"):
        made.check_time()


def test_so_many_large_messages_at_once() -> None:
    places = Places(500_000)
    first, second, small = (Message(10**6, places) for _ in range(3))
    assert first.add(part("x" * 300_000)) is None
    assert first.add(large := part("x" * 200_000, last=True)) == "x" * 500_000
    assert small.add(part("x" * FREE_BYTES, last=True)), "it needs no place"
    with pytest.raises(Refused, match="no_place"):
        second.add(large)
    for one in (first, first, second, small):
        one.clear()
    assert places._free == 500_000
    assert second.add(large) == large.data


def test_questions_under_way_have_a_bound_and_wait_in_turn() -> None:
    under_way = UnderWay(4)
    large, small = under_way.enter(2 * UNIT_BYTES), under_way.enter(100)
    assert (large, small) == (3, 1)
    entered: list[int] = []
    waits = threading.Thread(target=lambda: entered.append(under_way.enter(10**9)))
    waits.start()
    under_way.leave(large)
    assert entered == []
    under_way.leave(small)
    waits.join(10)
    assert entered == [4], "all there is, for one that is larger"


def test_a_bucket() -> None:
    now = [0.0]
    bucket = Bucket(10, 2, lambda: now[0])
    assert [bucket.spend(5), bucket.spend(5)] == [0, 0]
    assert bucket.spend(4) == 2
    now[0] = 2
    assert bucket.spend(4) == 0
    assert bucket.spend() == 0.5

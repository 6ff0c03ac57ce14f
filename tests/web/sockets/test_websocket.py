"""WebSockets of a real server: whole answers, and clients that do not behave."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket

import webapp.web.sockets.websocket
from tests.fakes.doubles import wait_until
from tests.server_process import Server, open_socket, serving
from webapp.web.sockets.packets.places import Places
from webapp.web.sockets.websocket import BoundedWebSocket

BEGUN = b"\x01\x81\0\0\0\x004"
FRAGMENT = b"\0\x81\0\0\0\0x"
PING = b"\x89\x80\0\0\0\0"
PONG = b"\x8a\x80\0\0\0\0"


def emit(client: Any, number: int, event: str, payload: Any) -> Any:
    """Emit and wait for the acknowledgement; pushes that come before it are dropped."""
    client.send(f"42{number}" + json.dumps([event, payload]))
    while True:
        text = client.recv()
        if text == "2":
            client.send("3")
        elif text.startswith(f"43{number}["):
            return json.loads(text[len(f"43{number}") :])[0]


def test_watching_over_a_websocket(shared: Server, config: dict[str, Any]) -> None:
    client = open_socket(shared)
    run_id = shared.create({**config, "fit": {"epochs": 3}})
    answer = emit(client, 1, "watch", {"run_id": run_id})
    seqs = {event["seq"] for event in answer["events"]}
    status = answer["run"]["status"]
    while status != "finished":
        text = client.recv()
        if text.startswith('42["event"'):
            event = json.loads(text[2:])[1]
            seqs.add(event["seq"])
            status = event.get("status", status)
        elif text == "2":
            client.send("3")
    assert seqs == set(range(1, max(seqs) + 1))
    client.close()


def test_a_large_answer_arrives_whole(shared: Server, config: dict[str, Any]) -> None:
    run_id = shared.create(config, name="chatty")
    wait_until(lambda: shared.status(run_id) == "finished", 30)
    client = open_socket(shared, sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    for number in range(3):
        answer = emit(client, number, "watch", {"run_id": run_id})
        assert [event["seq"] for event in answer["events"]] == list(range(1, 1001))
    client.close()


def test_a_message_in_many_fragments_is_refused_while_it_grows(shared: Server) -> None:
    client = open_socket(shared)
    before = shared.memory()
    piece = "x" * (1024 * 1024)
    with closing(client), pytest.raises((OSError, websocket.WebSocketException)):
        client.send_frame(websocket.ABNF.create_frame("4" + piece, websocket.ABNF.OPCODE_TEXT, 0))
        for _ in range(64):
            frame = websocket.ABNF.create_frame(piece, websocket.ABNF.OPCODE_CONT, 0)
            client.send_frame(frame)
        while client.recv():
            pass
        raise OSError("closed")
    assert shared.memory() - before < 40 * 1024 * 1024
    assert shared.get("/healthz") == {"status": "ok"}


def test_an_image_of_four_megabytes_fits(shared: Server) -> None:
    client = open_socket(shared)
    image = "data:image/png;base64," + "A" * 5_500_000
    answer = emit(client, 1, "predict", {"run_id": "nobody", "image": image})
    assert answer["error"]["code"] == "run_not_found"
    client.close()


def test_nothing_is_deflated(shared: Server) -> None:
    """A browser offers it; a thousand of them would take 300 MB."""
    offer = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
    with closing(open_socket(shared, header=offer)) as client:
        assert "sec-websocket-extensions" not in client.headers
        assert "runs" in emit(client, 1, "watch_runs", {})


def test_a_watcher_takes_one_file_descriptor(shared: Server) -> None:
    """Many systems give a process no more than 1,024."""
    directory = Path(f"/proc/{shared.process.pid}/fd")
    before = len(list(directory.iterdir()))
    clients = [open_socket(shared) for _ in range(20)]
    assert len(list(directory.iterdir())) - before <= 20 + 2  # a pool may grow meanwhile
    for client in clients:
        client.close()


@pytest.mark.parametrize("missing", ["Sec-WebSocket-Key", "Sec-WebSocket-Version"])
def test_a_handshake_that_is_none(shared: Server, missing: str) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }
    del headers[missing]
    url = f"{shared.url}/socket.io/?EIO=4&transport=websocket"
    assert requests.get(url, headers=headers, timeout=10).status_code == 400


NOT_MASKED = b"\x81\x02hi"
RESERVED = b"\xc1\x80\0\0\0\0"
NO_OPCODE = b"\x83\x80\0\0\0\0"
ENDLESS_PING = b"\x89\xfe\xff\xff\0\0\0\0"
NOT_UTF8 = b"\x81\x81\0\0\0\0\xff"
CONTINUES_NOTHING = b"\x80\x80\0\0\0\0"


@pytest.mark.parametrize(
    "data", [NOT_MASKED, RESERVED, NO_OPCODE, ENDLESS_PING, NOT_UTF8, CONTINUES_NOTHING]
)
def test_frames_that_cannot_be_end_the_connection(shared: Server, data: bytes) -> None:
    client = open_socket(shared)
    client.sock.sendall(data)
    received = b""
    while chunk := client.sock.recv(4096):
        received += chunk
    assert received[0] == 0x88 and received[2:4] in (b"\x03\xea", b"\x03\xef")  # 1002, 1007
    client.shutdown()


def test_pings_are_answered(shared: Server) -> None:
    with closing(open_socket(shared)) as client:
        client.ping("are you there")
        opcode, said = client.recv_data(control_frame=True)
        assert (opcode, said) == (websocket.ABNF.OPCODE_PONG, b"are you there")


def test_a_client_that_takes_nothing_is_dropped(shared: Server, config: dict[str, Any]) -> None:
    """Its ping cannot be sent: another frame is half on its way."""
    run_id = shared.create(config, name="chatty")
    wait_until(lambda: shared.status(run_id) == "finished", 30)
    client = open_socket(shared, sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    port = client.sock.getsockname()[1]
    for number in range(40):  # answers of 100 KB that it does not read
        client.send(f"42{number}" + json.dumps(["watch", {"run_id": run_id}]))
    tables = Path(f"/proc/{shared.process.pid}/net/tcp")

    def connected() -> bool:
        return f":{port:04X} 01" in _server_side(tables, shared.port)

    assert connected()
    wait_until(lambda: not connected(), 30)
    client.shutdown()


def test_a_client_that_asks_and_asks_is_dropped(shared: Server, config: dict[str, Any]) -> None:
    """What waits for it is bounded, however much it asks for."""
    run_id = shared.create(config, name="chatty")
    wait_until(lambda: shared.status(run_id) == "finished", 30)
    before = shared.memory()
    client = open_socket(shared, sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    log = shared.data_dir / "logs" / "server.log"
    with contextlib.suppress(OSError, websocket.WebSocketException):
        for number in range(1000):  # answers of 100 KB
            client.send(f"42{number}" + json.dumps(["watch", {"run_id": run_id}]))
    wait_until(lambda: "reads no answers" in log.read_text(), 30)
    assert shared.memory() - before < 64 * 1024 * 1024
    client.shutdown()


def test_binary_parts_are_not_kept(shared: Server) -> None:
    """The library would keep as many as the client announces, each of six megabytes."""
    client = open_socket(shared)
    log = shared.data_dir / "logs" / "server.log"
    before = log.read_text().count("refused bad_packet")
    client.send('45999999999-["predict",{"_placeholder":true,"num":0}]')
    assert is_ended(client)
    wait_until(lambda: log.read_text().count("refused bad_packet") > before)


BAD = (
    "4", "49", "42[", '42["watch"', "42[7]", "42[[]]", "42{}", "43[1]", "44/x", "40", "40/no,", "9",
    "x", "2", "2probe", "5", "6", "3" + "x" * 99, "bQUJD", '42["watch",' + "[" * 3000,
    '42["watch",{"run_id":"' + "x" * 5000 + '"}]', '42["unknown","' + "x" * 5000 + '"]',
)  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_packet_ends_the_connection_without_a_traceback(
    shared: Server, text: str
) -> None:
    client = open_socket(shared)
    client.send(text)
    assert is_ended(client)
    log = shared.data_dir / "logs" / "server.log"
    assert "Traceback" not in log.read_text()


def test_an_event_that_nothing_knows_is_no_fault(shared: Server) -> None:
    """The page may be of another version than the server."""
    with closing(open_socket(shared)) as client:
        client.send('421["unknown",{"a":1}]')
        client.send('42["connect"]')
        assert "runs" in emit(client, 2, "watch_runs", {})


def test_who_has_not_joined_may_not_ask(shared: Server) -> None:
    url = f"ws://127.0.0.1:{shared.port}/socket.io/?EIO=4&transport=websocket"
    client = websocket.create_connection(url, timeout=10)
    client.send('421["watch_runs",{}]')
    assert is_ended(client)


def test_so_many_packets_of_a_connection(shared: Server) -> None:
    """They count also where the limit of an address does not, and before they are read."""
    client = open_socket(shared)
    with contextlib.suppress(OSError, websocket.WebSocketException):
        for number in range(5000):
            client.send(f'42["unknown {number}"]')
    assert is_ended(client)
    assert "refused too_many_packets" in log_lines(shared, "refused too_many_packets")


def test_a_pen_that_never_rests_is_answered(shared: Server, config: dict[str, Any]) -> None:
    """Many times as fast as a pen asks, and without waiting for an answer."""
    run_id = shared.create({**config, "fit": {"epochs": 1}})
    wait_until(lambda: shared.status(run_id) == "finished", 30)
    asked = {"run_id": run_id, "strokes": [[[0, 0], [10, 0], [4, 20]]]}
    with closing(open_socket(shared)) as client:
        for number in range(1000):
            client.send(f"42{number}" + json.dumps(["predict", asked]))
        answered: set[str] = set()
        while len(answered) < 1000:
            text = client.recv()
            if text.startswith("43"):
                assert "probabilities" in text
                answered.add(text.partition("[")[0])


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (BEGUN + FRAGMENT * 1100, 1008),
        (PING * 30, 1008),
        (b"\x82\x81\0\0\0\0x", 1003),
        (b"\x02\x80\0\0\0\0", 1003),
    ],
    ids=["fragments", "pings", "binary", "the beginning of a binary message"],
)
def test_frames_of_which_there_are_too_many(shared: Server, frames: bytes, code: int) -> None:
    client = open_socket(shared)
    client.sock.sendall(frames)
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := client.sock.recv(4096):
            received += chunk
    assert b"\x88" in received and code.to_bytes(2, "big") in received
    client.shutdown()


def test_a_dropped_client_is_not_read_any_more(shared: Server) -> None:
    """What it had sent before is not handled either."""
    log = shared.data_dir / "logs" / "server.log"
    before = log.read_text().count("refused bad_packet")
    client = open_socket(shared)
    frames = [
        websocket.ABNF.create_frame(text, websocket.ABNF.OPCODE_TEXT).format()
        for text in ("42[7]", '421["watch_runs",{}]', *["42[7]"] * 50)
    ]
    client.sock.sendall(b"".join(frames))
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := client.sock.recv(4096):
            received += chunk
    assert b"431[" not in received
    assert log.read_text().count("refused bad_packet") == before + 1
    client.shutdown()


def test_what_follows_the_end_of_a_websocket_is_no_request(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        client = open_socket(server)
        client.sock.sendall(b"\x88\x80\0\0\0\0" + b"x" * 65_530 + b"y\r\n" * 40)
        with contextlib.suppress(ConnectionResetError):
            while client.sock.recv(4096):
                pass
        client.shutdown()
    assert "refused" not in (tmp_path / "data" / "logs" / "server.log").read_text()


def test_a_client_that_takes_nothing_and_pings_is_dropped(shared: Server) -> None:
    """The pong cannot be sent; its sender must not wait for ever."""
    client = open_socket(shared, sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    port = client.sock.getsockname()[1]
    for number in range(60):
        client.send(f'42{number}["watch_runs",{{}}]')
    client.sock.sendall(PING * 3)
    tables = Path(f"/proc/{shared.process.pid}/net/tcp")
    wait_until(lambda: f":{port:04X} 01" not in _server_side(tables, shared.port), 30)
    client.shutdown()


def test_long_polling_becomes_a_websocket(shared: Server) -> None:
    path, session = polling(shared)
    assert requests.post(path, data="40", timeout=10).text == "OK"
    assert requests.get(path, timeout=10).text.startswith("40")
    url = f"ws://127.0.0.1:{shared.port}/socket.io/?EIO=4&transport=websocket&sid={session}"
    with closing(websocket.create_connection(url, timeout=10)) as client:
        client.send("2probe")
        assert client.recv() == "3probe"
        client.send("5")
        assert "runs" in emit(client, 1, "watch_runs", {})
        client.send("5")
        assert is_ended(client)


@pytest.mark.parametrize(
    "body",
    [
        "42[7]", "\x1e" * 200, "\x1e", "d=4", "bQUJD", "4" + "[]," * 1000, "40", b"\xff", "1",
        '42["unknown"]\x1e42[7]',
    ],
)  # fmt: skip
def test_a_bad_body_of_long_polling_ends_the_session(shared: Server, body: str | bytes) -> None:
    path, _session = polling(shared)
    assert requests.post(path, data="40", timeout=10).text == "OK"
    requests.post(path, data=body, timeout=10)
    assert requests.post(path, data='42["watch_runs"]', timeout=10).status_code == 400
    log = shared.data_dir / "logs" / "server.log"
    assert "Traceback" not in log.read_text()


def test_long_polling_posts_many_packets_at_once(shared: Server) -> None:
    path, _session = polling(shared)
    assert requests.post(path, data="40", timeout=10).text == "OK"
    body = "\x1e".join(f'42{number}["watch_runs",{{}}]' for number in range(40))
    assert requests.post(path, data=body, timeout=10).text == "OK"
    got = ""
    while "4339[" not in got:
        got += requests.get(path, timeout=10).text


def polling(server: Server) -> tuple[str, str]:
    """The address and the name of a new session of long polling."""
    path = f"{server.url}/socket.io/?EIO=4&transport=polling"
    session = json.loads(requests.get(path, timeout=10).text[1:])["sid"]
    return f"{path}&sid={session}", session


def log_lines(server: Server, words: str) -> str:
    """The log, once these words are in it."""
    log = server.data_dir / "logs" / "server.log"
    wait_until(lambda: words in log.read_text(), 30)
    return log.read_text()


def is_ended(client: Any) -> bool:
    """Whether the server ends the connection, whatever it says before."""
    client.settimeout(30)
    try:
        while client.recv():
            pass
    except (OSError, websocket.WebSocketException) as end:
        return not isinstance(end, TimeoutError | websocket.WebSocketTimeoutException)
    finally:
        client.shutdown()
    return True


def _server_side(tables: Path, port: int) -> str:
    """The lines of the system's table of connections that are the server's ends."""
    lines = tables.read_text().splitlines()
    return "\n".join(line for line in lines if line.split()[1].endswith(f":{port:04X}"))


def test_a_silent_client_is_dropped(shared: Server) -> None:
    client = open_socket(shared)
    raw = client.sock
    raw.settimeout(30)
    received = b""
    while chunk := raw.recv(4096):  # it reads, but it answers no ping
        received += chunk
    assert b"Ping/Pong timeout" in received
    client.shutdown()


def test_a_pong_that_came_in_time_is_read_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where others have their turn until the next ping is due, the client is not to blame."""
    ours, theirs = socket.socketpair()
    busy, answered = threading.Event(), threading.Event()

    def others(_seconds: float = 0) -> None:
        busy.set()
        assert answered.wait(10)

    monkeypatch.setattr(webapp.web.sockets.websocket, "TURN_FRAMES", 1)
    monkeypatch.setattr(webapp.web.sockets.websocket, "give_turn", others)
    events: list[str | None] = []

    def handler(web_socket: BoundedWebSocket) -> None:
        events.append(web_socket.wait())

    server = BoundedWebSocket(handler, None, max_message_size=100, ping=0.2, places=Places())
    environ = {"werkzeug.socket": ours, "HTTP_SEC_WEBSOCKET_KEY": "x"}
    environ["HTTP_SEC_WEBSOCKET_VERSION"] = "13"

    def serve() -> None:
        with pytest.raises(ConnectionError):  # its last word to the development server
            server(environ, lambda *_arguments: None)

    thread = threading.Thread(target=serve)
    thread.start()
    with closing(theirs), closing(ours):
        theirs.settimeout(10)
        while b"\x89\0" not in theirs.recv(4096):
            pass
        theirs.sendall(BEGUN)
        assert busy.wait(10)
        theirs.sendall(PONG)
        due = server._next_ping
        wait_until(lambda: time.monotonic() > due)
        theirs.sendall(b"\x80\x81\0\0\0\0!")
        answered.set()
        thread.join(10)
    assert events == ["4!"]


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Host": "evil.example", "Origin": "http://evil.example"}],
)
def test_foreign_origins_and_hosts(shared: Server, headers: dict[str, str]) -> None:
    url = f"{shared.url}/socket.io/?EIO=4&transport=polling"
    assert requests.get(url, headers=headers, timeout=10).status_code in (400, 403)
    assert requests.get(url, headers={"Origin": shared.url}, timeout=10).status_code == 200


def test_many_payloads_leave_the_server_well(shared: Server) -> None:
    deep = "[" * 100_000
    for text in ("42", '42["watch"', "42[]", '42[7,{"a":1}]', "4", "9", "42" + deep):
        with closing(open_socket(shared)) as client:
            client.send(text)
    assert shared.get("/healthz") == {"status": "ok"}
    with closing(open_socket(shared)) as client:
        assert "runs" in emit(client, 1, "watch_runs", {})

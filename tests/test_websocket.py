"""WebSockets of a real server: whole answers, and clients that do not behave."""

from __future__ import annotations

import contextlib
import json
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket

from tests.fakes.doubles import wait_until
from tests.server_process import Server, open_socket


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
    wait_until(lambda: "asks without reading" in log.read_text(), 30)
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


@pytest.mark.parametrize("text", ["4", "49", "42[", '42["watch"', "44/x", "42" + "[" * 50_000])
def test_what_is_no_packet_ends_the_connection_without_a_traceback(
    shared: Server, text: str
) -> None:
    client = open_socket(shared)
    client.send(text)
    assert is_ended(client)
    log = shared.data_dir / "logs" / "server.log"
    assert "handler error" not in log.read_text()


def test_packets_that_the_library_answers_do_not_gather(shared: Server) -> None:
    """A client that reads nothing, and sends what is answered without asking us."""
    before = shared.memory()
    client = open_socket(shared, sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
    packet = f"40/{'n' * 2000},"  # the answer to a namespace that is none names it
    frames = websocket.ABNF.create_frame(packet, websocket.ABNF.OPCODE_TEXT).format() * 100
    with contextlib.suppress(OSError):
        for _ in range(1000):
            client.sock.sendall(frames)
    assert "fell far behind" in told(shared, "fell far behind")
    assert shared.memory() - before < 64 * 1024 * 1024
    client.shutdown()


def told(server: Server, words: str) -> str:
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

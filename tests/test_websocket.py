"""WebSockets of a real server: whole answers, and clients that do not behave."""

from __future__ import annotations

import json
import socket
from contextlib import closing
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

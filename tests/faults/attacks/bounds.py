"""Questions that cost much, and things that are kept, without an end."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import requests

from tests.faults.attacks.row import MIB, Row, Target

SOFTMAX: dict[str, Any] = {"type": "Dense", "units": 10, "activation": "softmax"}
CONFIG: dict[str, Any] = {"layers": [{"type": "Flatten"}, SOFTMAX], "fit": {"epochs": 1}}


def near_misses(target: Target) -> None:
    """Ten thousand keys that are nearly those of layers, again and again."""
    keys = {f"kernel_initialise{number:02}": 0 for number in range(95)}
    body = json.dumps({"layers": [SOFTMAX | keys] * 90})
    with requests.Session() as session:
        for path in ("check", "runs", "code") * 10:
            _post(session, f"{target.url}/api/{path}", body)


def unknown_keys(target: Target) -> None:
    """Drawings of 6 MB that are all keys."""
    body = json.dumps({f"{number:x}": 0 for number in range(450_000)})
    with requests.Session() as session:
        for _ in range(5):
            _post(session, f"{target.url}/api/runs/{target.run_id}/predict", body)


def queued(target: Target) -> None:
    """1,100 runs, which are deleted in the end so that others find the server as it was."""
    with requests.Session() as session:
        answers = [session.post(f"{target.url}/api/runs", json=CONFIG) for _ in range(1100)]
        for answer in answers:
            if answer.status_code == 201:
                session.delete(f"{target.url}/api/runs/{answer.json()['id']}")


def maps(target: Target) -> None:
    """32 questions for t-SNE at once, until all are answered."""

    def ask(number: int) -> None:
        words = f"method=tsne&layer={number % 4}&epoch=0"
        for _ in range(10):
            requests.get(f"{target.url}/api/runs/{target.run_id}/insights/map?{words}", timeout=30)

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(ask, range(32)))


def pages(target: Target) -> None:
    """Every page of a view, of every checkpoint that is kept."""
    address = f"{target.url}/api/runs/{target.run_id}"
    kept = requests.get(f"{address}/checkpoints", timeout=30).json()["checkpoints"]

    def ask(which: tuple[int, int]) -> None:
        words = f"epoch={which[0]}&offset={which[1]}"
        requests.get(f"{address}/insights/weights?{words}", timeout=30)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, product([one["epoch"] for one in kept][:6], range(100))))


def evaluations(target: Target) -> None:
    """Tests of all checkpoints at once, far more than others wait for."""
    address = f"{target.url}/api/runs/{target.run_id}"

    def ask(number: int) -> None:
        requests.get(f"{address}/evaluation?epoch={number % 20}", timeout=60)
        requests.get(f"{address}/model?format=keras&epoch={number % 20}", timeout=60)

    with ThreadPoolExecutor(40) as pool:
        list(pool.map(ask, range(500)))


def _post(session: requests.Session, address: str, body: str) -> None:
    session.post(address, body, headers={"Content-Type": "application/json"}, timeout=30)


ROWS = (
    Row("256 KB of near-miss keys to /api/check", near_misses),
    Row("6 MB of unknown keys to predict", unknown_keys),
    Row("1,100 queued runs", queued, disk_bytes=12 * MIB),
    Row("32 questions for t-SNE at once", maps),
    Row("every page of every view", pages, disk_bytes=40 * MIB),
    Row("500 tests and exports at once", evaluations, disk_bytes=4 * MIB),
)

"""Many downloads of one run's models at once, from a real server with real workers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import keras
import numpy as np
import requests

from tests.live_server import LiveServer
from webapp.runs.exports import MEMBERS
from webapp.runs.files import is_sound

EPOCHS = ("0", "1", "2", "newest")
CLIENTS = 4
EACH = 3


def test_every_one_is_whole_and_of_its_epoch(
    live_server: LiveServer, config: dict[str, Any], tmp_path: Path
) -> None:
    run = live_server.post("/api/runs", {**config, "name": "Taken home"}).json()
    assert live_server.run_until(run["id"], "finished", "failed")["status"] == "finished"

    def client(number: int) -> list[tuple[str, bytes]]:
        """One download after the other, so that they come while others' are being made."""
        came = []
        for n in range(number, number + EACH):
            epoch = EPOCHS[n % len(EPOCHS)]
            address = f"{live_server.url}/api/runs/{run['id']}/model?epoch={epoch}"
            answer = requests.get(address, timeout=120)
            assert answer.status_code == 200, answer.text
            came.append((epoch, answer.content))
        return came

    with ThreadPoolExecutor(CLIENTS) as pool:
        came = [pair for some in pool.map(client, range(CLIENTS)) for pair in some]
    weights: dict[str, Any] = {}
    for n, (epoch, content) in enumerate(came):
        path = tmp_path / f"{n}.keras"
        path.write_bytes(content)
        assert is_sound(path, MEMBERS["keras"])
        kernel = keras.models.load_model(path).get_weights()[0]
        np.testing.assert_array_equal(kernel, weights.setdefault(epoch, kernel))
    assert not np.array_equal(weights["0"], weights["1"])
    np.testing.assert_array_equal(weights["2"], weights["newest"])

"""A train worker that trains nothing: it speaks the protocol with the standard library only.

What it does depends on the run's name: ``die`` exits silently in its first epoch, ``hang`` waits
for its end, ``fail`` reports a failure, ``greedy`` takes 1.5 GB; any other run is trained, each
epoch in three batches. ``diverge`` has no finite loss, ``slow`` waits between batches until it gets
a stop, ``chatty`` sends many reports at once, ``steady`` ten a second.
"""

from __future__ import annotations

import http.client
import io
import json
import os
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

PAUSES = {"slow": 0.05, "steady": 0.1}
"""Seconds that a run waits after what it reports."""


class Server:
    """The server as one attempt sees it."""

    def __init__(self, assignment: dict[str, Any]) -> None:
        run, attempt = assignment["run_id"], assignment["attempt"]
        self.base = f"{assignment['server']}/api/workers/runs/{run}/attempts/{attempt}"
        self.token = assignment["token"]
        self.n = 0
        self.must_pause = False

    def call(self, method: str, path: str, body: bytes | None, kind: str) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        request = urllib.request.Request(f"{self.base}/{path}", body, headers, method=method)
        for _ in range(600):  # a minute: as long as a lease
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    content: bytes = answer.read()
                    return content
            except urllib.error.HTTPError:
                raise
            except (OSError, http.client.HTTPException):  # the server is down: it comes back
                time.sleep(0.1)
        raise TimeoutError("the server did not come back")

    def report(self, *items: dict[str, Any]) -> bool:
        """Report items; return whether the server wants it to stop."""
        numbered = []
        for item in items:
            self.n += 1
            numbered.append({"n": self.n, "item": item})
        body = json.dumps({"items": numbered}).encode()
        receipt = json.loads(self.call("POST", "reports", body, "application/json"))
        self.must_pause = bool(receipt["commands"]["pause"])
        return bool(receipt["commands"]["stop"])

    def checkpoint(self, epoch: int) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("weights/0.npy", b"weights")
        path = f"checkpoints/{epoch}/0"
        self.call("PUT", path, file.getvalue(), "application/octet-stream")


def train(server: Server, config: dict[str, Any]) -> str:
    """Train all epochs; return the final status."""
    server.checkpoint(0)
    server.report({"type": "status", "status": "running", "from_epoch": 0})
    if config["name"] == "chatty":
        item = {"type": "batch", "epoch": 1, "step": 1, "steps": 9, "loss": 1, "accuracy": 0}
        for _ in range(2):
            server.report(*[item] * 600)
    pause, steps = PAUSES.get(config["name"], 0), 9 if config["name"] == "steady" else 3
    for epoch in range(1, config["fit"]["epochs"] + 1):
        for step in range(1, steps + 1):
            if config["name"] == "die":
                os._exit(7)
            batch = {"type": "batch", "epoch": epoch, "step": step, "steps": steps}
            if server.report({**batch, "loss": 1 / epoch, "accuracy": 1 - 1 / (epoch + 1)}):
                return "stopped"
            time.sleep(pause)
        server.checkpoint(epoch)
        diverges = config["name"] == "diverge"
        server.report(
            {
                "type": "epoch",
                "epoch": epoch,
                "diverged": diverges,
                "loss": None if diverges else 1 / epoch,
                "accuracy": 1 - 1 / (epoch + 1),
                "learning_rate": 0.001,
                "seconds": 0.01,
                "samples_per_second": 1000.0,
            }
        )
        if server.must_pause:
            server.report({"type": "status", "status": "paused", "epoch": epoch})
            return "paused"
        time.sleep(pause)
    return "finished"


def main() -> int:
    """Wait for the assignment, then do as the run's name says."""
    line = sys.stdin.readline()
    if not line:
        return 0
    assignment = json.loads(line)
    scratch = Path(assignment["data_dir"], "scratch", assignment["run_id"])
    own = scratch / str(assignment["attempt"])
    own.mkdir(parents=True)
    (own / "unsent.npz").write_bytes(bytes(1_000_000))  # left behind, as by a killed worker
    server = Server(assignment)
    config = json.loads(server.call("GET", "job", None, "application/json"))["config"]
    if config["name"] == "hang":
        time.sleep(600)
    if config["name"] == "greedy":
        hoard = b"x" * 1_500_000_000
        time.sleep(len(hoard))
    if config["name"] == "fail":
        server.report({"type": "status", "status": "failed", "message": "It cannot learn."})
        return 1
    status = train(server, config)
    if status == "paused":
        return 0
    evaluation = {"type": "evaluation", "loss": 0.5, "accuracy": 0.9}
    server.report(evaluation, {"type": "status", "status": status})
    return 0


if __name__ == "__main__":
    sys.exit(main())

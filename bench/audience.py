"""Many who watch one run, as one process of its own: `audience.py URL RUN CLIENTS`.

Prints a line when all watch. Watches until its standard input ends; then prints JSON: for each
epoch that any of them saw, how many saw it, and the lag of each sight in seconds: from the event's
`at`, when the server recorded it, to its arrival here. Watchers are on other machines as a rule, so
this process uses only idle CPU time.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from datetime import datetime

import gevent
from gevent.fileobject import FileObject
from light import SocketClient

MARK = '"type":"epoch"'


def main() -> None:
    """Watch, and print what was seen."""
    url, run_id, count = sys.argv[1:]
    os.nice(10)
    clients = [SocketClient(url) for _ in range(int(count))]
    for client in clients:
        client.ask("watch", {"run_id": run_id, "after": 2**53})
    seen: dict[int, list[float]] = defaultdict(list)
    tasks = [gevent.spawn(_watch, client, seen) for client in clients]
    print("watching", flush=True)
    FileObject(sys.stdin.buffer).read()
    gevent.killall(tasks)
    alive = sum(task.exception is None for task in tasks)
    print(json.dumps({"alive": alive, "epochs": seen}))


def _watch(client: SocketClient, seen: dict[int, list[float]]) -> None:
    """Record each epoch as it arrives."""
    while True:
        text = client.receive()
        if MARK in text and text.startswith('42["event"'):
            now = time.time()
            event = json.loads(text[2:])[1]
            at = datetime.fromisoformat(event["at"]).timestamp()
            seen[event["epoch"]].append(now - at)


if __name__ == "__main__":
    main()

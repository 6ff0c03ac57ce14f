"""How soon the web process answers, and what it holds with no client.

    python bench/server.py                five rounds

Each round starts `python wsgi.py`: once over an empty data directory, where it makes the tables,
and once over the same again. Time is from the start of the process to the whole answer of /healthz;
memory is that of the web process alone when its workers have come to rest. Results are kept as
bench/results/server.json; the exit status says whether every mark was reached. Linux only.
"""

from __future__ import annotations

import argparse
import http.client
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from figures import Figure, report  # noqa: E402

from tests.live_server import free_port, wait_for  # noqa: E402

LOOK_SECONDS = 0.002
"""Between two looks whether it answers; finer than what is measured."""


def main() -> int:
    """Measure, print, keep; 1 where a mark was missed."""
    parser = argparse.ArgumentParser(description="Start and memory of the web process.")
    parser.add_argument("--rounds", type=int, default=5)
    first, again, shared, resident = [], [], [], []
    for _ in range(parser.parse_args().rounds):
        with tempfile.TemporaryDirectory(prefix="inkling-bench-") as scratch:
            first.append(_start(Path(scratch))[0])
            seconds, pss, rss = _start(Path(scratch))
            again.append(seconds)
            shared.append(pss)
            resident.append(rss)
    figures = [
        Figure("first answer, the tables still to be made", "s", first, 1.5, 0.7),
        Figure("first answer", "s", again, 1.5, 0.7),
        Figure("memory with no client, its share (PSS)", "MB", shared, 120, 80),
        Figure("memory with no client, resident (RSS)", "MB", resident, 120, 80),
    ]
    return 0 if report("server", figures, {"cpus": os.cpu_count()}) else 1


def _start(data_dir: Path) -> tuple[float, float, float]:
    """Start it once; return seconds to the first answer, PSS and RSS in MB."""
    port = free_port()
    settings = {"INKLING_PORT": str(port), "INKLING_DATA_DIR": str(data_dir)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "wsgi.py")],
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    try:
        while not _answers(port):
            time.sleep(LOOK_SECONDS)
        seconds = time.perf_counter() - began
        wait_for(lambda: _at_rest(process.pid), 60, "the workers never came to rest")
        return (seconds, *_memory(process.pid))
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        client.request("GET", "/healthz")
        return client.getresponse().read() != b""
    except OSError:
        return False
    finally:
        client.close()


def _at_rest(pid: int) -> bool:
    """Return whether its children exist and none has used CPU time lately."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    before = [_ticks(child) for child in children]
    time.sleep(0.5)
    return len(children) >= 2 and before == [_ticks(child) for child in children]


def _ticks(pid: str) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]


def _memory(pid: int) -> tuple[float, float]:
    """Return PSS and RSS in MB of a million bytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return kilobytes["Pss"] * 1024 / 1e6, kilobytes["Rss"] * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main())

"""A real nginx on loopback, with the blocks of docs/proxy.md: no rights, no files but its own."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import ROOT
from tests.live_server import free_port, wait_for

PLACES = (".venv/nginx/usr/sbin", "/usr/sbin", "/usr/local/sbin", "/usr/local/bin",
          "/opt/homebrew/bin")  # fmt: skip
"""Where scripts/nginx.sh looks, and where it puts one."""

MISSING = "no nginx on this machine; `make setup-dev` fetches one where it can"

WHOLE = """
daemon off; master_process off; pid nginx.pid; error_log stderr;
events {{ worker_connections 64; }}
http {{
    access_log off; types {{}} default_type application/octet-stream;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    {map}
    {servers}
}}
"""


@dataclass(frozen=True)
class Location:
    """Where nginx passes ``/inkling/`` on to, with the path or not, and whether it sends it."""

    backend: int
    strips: bool
    tells: bool


def executable() -> str:
    """The path of an nginx; skips the test where there is none."""
    found = shutil.which("nginx", path=":".join(str(ROOT / place) for place in PLACES))
    if found is None:
        pytest.skip(MISSING)
    return found


@contextmanager
def nginx(folder: Path, locations: Sequence[Location]) -> Iterator[list[int]]:
    """Run nginx until the block ends: a port for each location."""
    program, ports = executable(), [free_port() for _ in locations]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nginx.conf").write_text(_configuration(dict(zip(ports, locations, strict=True))))
    command = [program, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            wait_for(lambda: all(map(_listens, ports)), 10, f"{folder}/log says why it is not up")
            yield ports
        finally:
            process.terminate()


def _configuration(servers: dict[int, Location]) -> str:
    text = (ROOT / "docs" / "proxy.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```nginx\n(.*?)```", text, re.S)
    block, mapped, reported = blocks
    assert block.startswith("location /inkling/") and mapped.startswith("map ")
    assert "X-Forwarded-Prefix" in reported
    made = [
        f"server {{ listen 127.0.0.1:{port};\n{_located(block, reported, where)}}}"
        for port, where in servers.items()
    ]
    return WHOLE.format(map=mapped, servers="\n".join(made))


def _located(block: str, reported: str, where: Location) -> str:
    address = "http://127.0.0.1:8000;"
    assert address in block
    passed = f"http://127.0.0.1:{where.backend}{'/' if where.strips else ''};"
    end = f"{reported if where.tells else ''}}}\n"
    return block.replace(address, passed).removesuffix("}\n") + end


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

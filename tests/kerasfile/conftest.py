"""Where archives are taken apart: here, or in the process as the server does it."""

from __future__ import annotations

import pytest

from webapp.kerasfile import importing
from webapp.kerasfile.__main__ import answer


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take archives apart right here; tests marked `process` start the process as the server."""
    if "process" not in request.fixturenames:
        monkeypatch.setattr(importing, "_unpack", lambda *args: answer(*args[:2]))


@pytest.fixture
def process() -> None:
    """Start the real process."""

"""How often: three times in `make test`, as often as the table says in `make faults`."""

from __future__ import annotations

import pytest

SHORT = 3


def times(count: int, short: int = SHORT) -> pytest.MarkDecorator:
    """Runs a test so often; those beyond the first few are ``long``."""
    numbers = [
        n if n <= short else pytest.param(n, marks=pytest.mark.long) for n in range(1, count + 1)
    ]
    return pytest.mark.parametrize("nth", numbers)

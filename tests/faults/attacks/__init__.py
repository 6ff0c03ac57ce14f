"""What one hostile client sends: the rows of the table in docs/reliability.md.

Each module has ``ROWS``. An attack runs in a process of its own and may take a minute; its
connections end with it.
"""

from importlib import import_module
from pkgutil import iter_modules

from tests.faults.attacks.row import Row

TOPICS = sorted(module.name for module in iter_modules(__path__) if module.name != "row")

ROWS: tuple[Row, ...] = tuple(
    row for topic in TOPICS for row in import_module(f"{__name__}.{topic}").ROWS
)
"""The rows of all modules."""

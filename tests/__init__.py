"""The tests; they mirror the modules."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The directory of the repository."""

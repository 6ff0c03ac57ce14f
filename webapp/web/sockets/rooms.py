"""The rooms of Socket.IO: who receives what, in which language."""

from __future__ import annotations


def language_room(locale: str) -> str:
    """Return the room of clients with that language."""
    return f"language:{locale}"


def event_room(run_id: str) -> str:
    """Return the room of clients that receive the run's events."""
    return f"events:{run_id}"


def run_room(run_id: str, locale: str, mine: bool) -> str:
    """Return the room of clients that watch the run: its owner's, or all others."""
    return f"run:{run_id}:{locale}:{'mine' if mine else 'others'}"


def list_room(locale: str) -> str:
    """Return the room of clients that receive every run."""
    return f"runs:{locale}"


def own_list_room(locale: str, owner: str | None) -> str:
    """Return the room of that owner's clients among them; empty for None."""
    return f"runs:{locale}:{owner}"

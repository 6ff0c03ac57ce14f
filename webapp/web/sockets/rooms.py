"""The rooms of Socket.IO: who hears of what, in which language."""

from __future__ import annotations


def language_room(locale: str) -> str:
    """The room of those who read that language."""
    return f"language:{locale}"


def event_room(run_id: str) -> str:
    """The room of those who hear of the run's events."""
    return f"events:{run_id}"


def run_room(run_id: str, locale: str, mine: bool) -> str:
    """The room of those who watch the run: of its owner's clients, or of all others."""
    return f"run:{run_id}:{locale}:{'mine' if mine else 'others'}"


def list_room(locale: str) -> str:
    """The room of those who hear of every run."""
    return f"runs:{locale}"


def own_list_room(locale: str, owner: str | None) -> str:
    """The room of that owner's clients among them; empty for None."""
    return f"runs:{locale}:{owner}"

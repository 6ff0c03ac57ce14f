"""Chooses which checkpoints of a run are kept: a limited number, spread evenly over its epochs."""

from __future__ import annotations

from collections.abc import Mapping

MB = 1_000_000


def kept(sizes: Mapping[int, int], newest: int, best: int, most: int, quota: int) -> set[int]:
    """Return the epochs whose checkpoints stay, of those in ``sizes`` (bytes by epoch).

    The newest two and the best always stay: a prediction may be reading the last but one just now,
    and the run resumes from it if the newest is damaged. Besides them stay the initial weights
    (epoch 0) and at most ``most`` more, as long as everything kept takes at most ``quota`` bytes.
    With ``most`` 0 there are no others.
    """
    needed = {newest, newest - 1, best} & sizes.keys()
    taken = sum(sizes[epoch] for epoch in needed)
    return needed | _spread(sizes, newest, _others(sizes, taken, most, quota))


def lasting(sizes: Mapping[int, int], until: int, best: int, most: int, quota: int) -> set[int]:
    """Return those of ``kept`` that stay until epoch ``until``, whichever is the best by then.

    A client that asks for one of them still finds it. If no others are kept, the best stays until a
    better one comes.
    """
    taken = 3 * max(sizes.values(), default=0)  # the newest two, and a best one elsewhere
    others = _others(sizes, taken, most, quota)
    return {best} & sizes.keys() if others is None else _spread(sizes, until, others)


def _others(sizes: Mapping[int, int], taken: int, most: int, quota: int) -> int | None:
    """Return how many extra checkpoints fit the quota (``taken`` is in use), or None."""
    others = min(most, (quota - taken) // max(sizes.values(), default=1) - 1)
    return None if most == 0 or others < 0 else others


def _spread(sizes: Mapping[int, int], newest: int, others: int | None) -> set[int]:
    """Return epoch 0 and at most so many others, evenly over 1 … ``newest``."""
    if others is None:
        return set()
    stride = _stride(newest, others)
    return {epoch for epoch in sizes if epoch % stride == 0}


def _stride(newest: int, most: int) -> int:
    """Return the smallest power of two with at most ``most`` multiples in 1 … ``newest``.

    The final number of epochs is unknown. When the stride doubles, every second checkpoint is
    deleted, and the rest is what this stride would have kept from the start.
    """
    stride = 1
    while newest // stride > most:
        stride *= 2
    return stride

"""Which checkpoints of a run are kept: a bounded number, spread evenly over its epochs."""

from __future__ import annotations

from collections.abc import Mapping

MB = 1_000_000


def kept(sizes: Mapping[int, int], newest: int, best: int, most: int, quota: int) -> set[int]:
    """The epochs whose checkpoints stay, of those in ``sizes`` (bytes by epoch).

    The newest two and the best stay whatever they take; the last but one because a prediction
    may be reading it just now, and to go on from should the newest be torn. Besides them stays
    what ``lasting`` says.
    """
    needed = {newest, newest - 1, best} & sizes.keys()
    return needed | lasting(sizes, newest, best, most, quota)


def lasting(sizes: Mapping[int, int], newest: int, best: int, most: int, quota: int) -> set[int]:
    """The epochs that stay when newer ones come, but for a new best one or a wider spread.

    They are the best one, the initial weights (epoch 0) and at most ``most`` more, as far as all
    that is kept takes at most ``quota`` bytes together. With ``most`` 0 there is only the best.
    """
    needed = {newest, newest - 1, best} & sizes.keys()
    room = quota - sum(sizes[epoch] for epoch in needed)
    others = min(most, room // max(sizes.values(), default=1) - 1)
    stay = {best} & sizes.keys()
    if most == 0 or others < 0:
        return stay
    stride = _stride(newest, others)
    return stay | {epoch for epoch in sizes if epoch % stride == 0}


def _stride(newest: int, most: int) -> int:
    """The smallest power of two of which at most ``most`` multiples lie in 1 … ``newest``.

    Nobody knows with how many epochs a run will end. When its stride doubles, every second one
    of those that are there goes, and the rest is what this stride would have kept from the start.
    """
    stride = 1
    while newest // stride > most:
        stride *= 2
    return stride

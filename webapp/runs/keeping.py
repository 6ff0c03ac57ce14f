"""Which checkpoints of a run are kept: a bounded number, spread evenly over its epochs."""

from __future__ import annotations

from collections.abc import Mapping

MB = 1_000_000


def kept(sizes: Mapping[int, int], newest: int, best: int, most: int, quota: int) -> set[int]:
    """The epochs whose checkpoints stay, of those in ``sizes`` (bytes by epoch).

    The newest two and the best stay whatever they take; the last but one because a prediction
    may be reading it just now, and to go on from should the newest be torn. Besides them stay the
    initial weights (epoch 0) and at most ``most`` more, as far as all that is kept takes at most
    ``quota`` bytes together. With ``most`` 0 there are no others.
    """
    needed = {newest, newest - 1, best} & sizes.keys()
    taken = sum(sizes[epoch] for epoch in needed)
    return needed | _spread(sizes, newest, _others(sizes, taken, most, quota))


def lasting(sizes: Mapping[int, int], until: int, best: int, most: int, quota: int) -> set[int]:
    """Those of ``kept`` that stay until epoch ``until``, whichever is the best by then: who asks
    for one of them still finds it. Where no others are kept, the best until a better one comes."""
    taken = 3 * max(sizes.values(), default=0)  # the newest two, and a best one elsewhere
    others = _others(sizes, taken, most, quota)
    return {best} & sizes.keys() if others is None else _spread(sizes, until, others)


def _others(sizes: Mapping[int, int], taken: int, most: int, quota: int) -> int | None:
    """How many there is room for besides ``taken`` bytes and epoch 0; None: not even for that."""
    others = min(most, (quota - taken) // max(sizes.values(), default=1) - 1)
    return None if most == 0 or others < 0 else others


def _spread(sizes: Mapping[int, int], newest: int, others: int | None) -> set[int]:
    """Epoch 0 and at most so many others, evenly over 1 … ``newest``."""
    if others is None:
        return set()
    stride = _stride(newest, others)
    return {epoch for epoch in sizes if epoch % stride == 0}


def _stride(newest: int, most: int) -> int:
    """The smallest power of two of which at most ``most`` multiples lie in 1 … ``newest``.

    Nobody knows with how many epochs a run will end. When its stride doubles, every second one
    of those that are there goes, and the rest is what this stride would have kept from the start.
    """
    stride = 1
    while newest // stride > most:
        stride *= 2
    return stride

"""How the CPU cores share a network's work, decided once for the process before it computes.

TensorFlow uses all cores for one operation after the other. For convolutions the synchronization
costs more than it gains: such a network trains faster when each core has a part of every batch to
itself (docs/results.md, "Constants and their sources"). Batch normalization needs the whole batch,
and what XLA compiles (`engine.COMPILED`) has threads of its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import tensorflow as tf

if TYPE_CHECKING:
    from webapp.schemas.layers import Layer

LEAST_IMAGES = 32
"""The least images in a core's part of a batch; with fewer, the overhead exceeds the gain."""


def divide(layers: Sequence[Layer], batch_size: int) -> None:
    """Divide batches among the cores, if that makes the network faster.

    Raises RuntimeError once TensorFlow has computed something.
    """
    cores = count()
    if cores > 1 and batch_size >= cores * LEAST_IMAGES and can_be_divided(layers):
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(cores)


def can_be_divided(layers: Sequence[Layer]) -> bool:
    """Return whether the network's batches can be trained in parts, and it is worth it."""
    types = {layer.type for layer in layers}
    return "Conv2D" in types and "BatchNormalization" not in types


def parts() -> int:
    """Return into how many parts to divide a batch: one, unless `divide` has divided the cores."""
    threads = tf.config.threading
    if threads.get_intra_op_parallelism_threads() != 1:
        return 1
    return int(threads.get_inter_op_parallelism_threads())


def count() -> int:
    """Return how many cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

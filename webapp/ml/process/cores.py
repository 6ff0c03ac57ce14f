"""How the cores share a network's work: decided for the whole process, before it first computes.

TensorFlow lets all cores work on one operation after the other. For convolutions the waiting for
each other costs more than it brings: a network of them is trained faster where each core has a
part of every batch to itself (docs/results.md, "Constants and their sources"). Batch normalisation
needs the batch as a whole, and what XLA compiles (`engine.COMPILED`) has threads of its own.
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
"""A core's part of a batch; with fewer, small operations take longer than they save."""


def divide(layers: Sequence[Layer], batch_size: int) -> None:
    """Give each core work of its own, if that is good for the network.

    Raises RuntimeError once TensorFlow has computed something.
    """
    cores = count()
    if cores > 1 and batch_size >= cores * LEAST_IMAGES and can_be_divided(layers):
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(cores)


def can_be_divided(layers: Sequence[Layer]) -> bool:
    """Whether batches of the network can be trained in parts, and it is worth it."""
    types = {layer.type for layer in layers}
    return "Conv2D" in types and "BatchNormalization" not in types


def parts() -> int:
    """Into how many parts a batch is to be divided: one, unless `divide` has divided the cores."""
    threads = tf.config.threading
    if threads.get_intra_op_parallelism_threads() != 1:
        return 1
    return int(threads.get_inter_op_parallelism_threads())


def count() -> int:
    """How many cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

"""Interrupts a long call into TensorFlow from another thread, at the next layer.

TensorFlow's own cancellation does not help: the call runs to its end and only then reports that it
was cancelled. So layers check a variable, in the forward and the backward pass, and fail when it is
set. A failed call has changed part of the model; the caller restores it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

WORD = "interrupted by an Interrupt"
"""The text of TensorFlow's error, by which it is recognized."""


class Interrupted(Exception):
    """Raised when training was interrupted within an epoch."""


class Interrupt:
    """Interrupts the armed calls of the models it watches, once `set`. For one training."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = self._armed = False
        self._flag = tf.Variable(False, trainable=False)

    def set(self) -> None:
        """Interrupt the current call, if it is armed, and every later one. From any thread."""
        with self._lock:
            self._wanted = True
            self._flag.assign(self._armed)

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Make calls within this block interruptible. Raises Interrupted when one was."""
        self._arm(True)
        try:
            yield
        except tf.errors.InvalidArgumentError as error:
            if WORD not in str(error):
                raise
            raise Interrupted from error
        finally:
            self._arm(False)

    def _arm(self, armed: bool) -> None:
        with self._lock:
            self._armed = armed
            self._flag.assign(armed and self._wanted)

    def watch(self, model: keras.Model) -> None:
        """Make every layer of the model check the flag. Call it before the model is traced."""
        for layer in model.layers:
            layer.call = self._looking(layer.call)

    def _looking(self, call: Callable[..., tf.Tensor]) -> Callable[..., tf.Tensor]:
        @tf.custom_gradient  # type: ignore[untyped-decorator]
        def look(outputs: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            return self._look(outputs), self._look

        def look_after(*args: Any, **kwargs: Any) -> tf.Tensor:
            return look(call(*args, **kwargs))

        return look_after

    def _look(self, tensor: tf.Tensor) -> tf.Tensor:
        """Return the tensor; fail if the flag is set by the time it is computed."""
        with tf.control_dependencies([tensor]):
            go_on = tf.logical_not(self._flag.read_value())
        with tf.control_dependencies([tf.raw_ops.Assert(condition=go_on, data=[WORD])]):
            return tf.identity(tensor)

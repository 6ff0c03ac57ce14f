"""Lets another thread end a call into TensorFlow that takes long, at the next layer.

TensorFlow's own cancellation is of no use: it lets the call run to its end and only then says that
it was cancelled. So layers look at a variable, forwards and backwards, and fail where it says so.
What fails has changed the model in part; whoever calls puts that back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

WORD = "interrupted by an Interrupt"
"""What TensorFlow's error says, so that no other is taken for it."""


class Interrupted(Exception):
    """Training ended within an epoch because it was asked to."""


class Interrupt:
    """Ends the armed calls of the models that it watches, from `set` on. For one training."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = self._armed = False
        self._flag = tf.Variable(False, trainable=False)

    def set(self) -> None:
        """End the call under way, if it is armed, and every later one. From any thread."""
        with self._lock:
            self._wanted = True
            self._flag.assign(self._armed)

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Calls within this block may be ended. Raises Interrupted where one was."""
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
        """Let every layer of the model look whether to go on. Must come before it is traced."""
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
        """The tensor, unless the flag is up by the time it is computed."""
        with tf.control_dependencies([tensor]):
            go_on = tf.logical_not(self._flag.read_value())
        with tf.control_dependencies([tf.raw_ops.Assert(condition=go_on, data=[WORD])]):
            return tf.identity(tensor)

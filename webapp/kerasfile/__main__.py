"""`python -m webapp.kerasfile IN.keras OUT.npz SECONDS`: prints one JSON line.

`{"config": RunConfig-like}` after a success, `{"refused": {"code", "msgid", "values"}}` else, and
`{"disk_full": true}` when there is no space for the weights, which is no error of the file. A
configuration that our schema refuses is printed as well, without weights: the caller reports what
is wrong with it.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import resource
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from webapp import private
from webapp.configuration import shapes
from webapp.kerasfile.architecture import Chain, read_chain
from webapp.kerasfile.compiled import gives_logits, read_compiled
from webapp.kerasfile.container import MAX_WEIGHTS_BYTES, Container
from webapp.kerasfile.refusal import Refused, damaged
from webapp.kerasfile.weights import copy_weights, most_bytes
from webapp.schemas.config import RunConfig

ADDRESS_SPACE = 512 << 20

PAIRS = ("kernel_size", "pool_size", "strides")
"""Arguments that can be written as one number instead of two."""

Json = dict[str, Any]


def main(arguments: list[str]) -> None:
    """Unpack one archive, under limits."""
    private.create_privately()
    source, target, seconds = Path(arguments[0]), Path(arguments[1]), float(arguments[2])
    limit(seconds)
    print(json.dumps(answer(source, target)))


def answer(source: Path, target: Path) -> Json:
    """Return what to print about the archive `source`; its weights go to `target`."""
    try:
        return {"config": unpack(source, target)}
    except (Refused, OSError) as error:
        if _no_room(error):
            return {"disk_full": True}
        if not isinstance(error, Refused):
            raise
        refused = error
    except (MemoryError, RecursionError):
        refused = damaged()
    return {
        "refused": {"code": refused.code, "msgid": refused.msgid, "values": refused.values},
    }


def _no_room(error: BaseException | None) -> bool:
    """Return whether a full disk caused the error."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return error is not None and _no_room(error.__cause__ or error.__context__)


def limit(seconds: float) -> None:
    """Limit memory, time and size of files, as far as the system supports it.

    The time limit counts from here: starting the process is not the archive's fault.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)
    cpu = math.ceil(seconds)
    for kind, most in (
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, MAX_WEIGHTS_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def unpack(source: Path, target: Path) -> Json:
    """Return the archive's configuration; its weights are in `target` if that is valid."""
    container = Container(source)
    keras = container.config()
    chain = read_chain(keras)
    config = configuration(keras, chain, container.note())
    try:
        layers = RunConfig.model_validate(config).layers
    except ValidationError:
        return config
    if not shapes.measure(layers)[1]:
        groups = [part.group for part in chain.parts]
        with tempfile.TemporaryDirectory() as scratch:
            weights = Path(scratch, "weights.h5")
            container.extract_weights(weights, most_bytes(layers[: len(groups)]))
            copy_weights(weights, target, layers[: len(groups)], groups)
    return config


def configuration(keras: Json, chain: Chain, note: Any) -> Json:
    """Return a run's configuration: layers and compile from Keras, the rest from our note.

    If our note describes the same layers, all of it is used: Keras leaves out what only matters in
    training.
    """
    layers = [part.layer for part in chain.parts]
    if gives_logits(keras):
        layers.append({"type": "Activation", "activation": "softmax"})
    result: Json = {"layers": layers, "compile": read_compiled(keras)}
    try:
        known = RunConfig.model_validate(note)
        read = RunConfig.model_validate(result)
    except ValidationError:
        return result
    ours: Json = known.model_dump(mode="json")
    if _essence(known) == _essence(read):
        return ours
    return {**result, **{name: ours[name] for name in ("name", "dataset", "fit", "seed")}}


def _essence(config: RunConfig) -> list[Json]:
    """Return the layers as far as Keras stores them: pairs as pairs, nothing of training alone."""
    return [
        {
            key: [value, value] if key in PAIRS and isinstance(value, int) else value
            for key, value in layer.model_dump(mode="json").items()
            if not key.endswith(("_regularizer", "_initializer"))
        }
        for layer in config.layers
    ]


if __name__ == "__main__":
    main(sys.argv[1:])

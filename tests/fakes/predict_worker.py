"""A predict worker without TensorFlow, for tests of its keeper.

An image's first value is the digit it is taken for. The model's ``key`` may ask for trouble:
``die`` ends the process, ``die-once`` only the first one that gets to see it (a file ``died`` in
the data directory remembers), ``hang`` never answers, ``refuse`` answers an error, ``odd``
answers to no image.
An argument is how many seconds its start takes.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # it is started by its path

from tests.fakes import answers  # noqa: E402


def misbehave(key: str) -> None:
    """Do what the key asks for."""
    died = Path(os.environ["INKLING_DATA_DIR"], "died")
    if key == "die" or (key == "die-once" and not died.exists()):
        died.touch()
        os._exit(3)
    if key == "hang":
        time.sleep(600)


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one question."""
    if question["ask"] == "ready":
        return {"ok": {}}
    if question["ask"] == "augment":
        return {"ok": {"pixels": question["image"]}}
    model = question["model"]
    misbehave(model["key"])
    if model["key"] == "refuse":
        return {
            "error": {
                "code": "model_missing",
                "message": "The model of this run was deleted.",
                "values": {},
                "expected": True,
                "fields": [],
            }
        }
    if question["ask"] == "predict" and model["key"] == "odd":
        return {"ok": {"probabilities": []}}
    if question["ask"] == "predict":
        if model["key"] == "slow":
            time.sleep(0.2)
        pixels = base64.b64decode(question["images"])
        firsts = pixels[::784]
        rows = [[float(digit == first) for digit in range(10)] for first in firsts]
        return {"ok": {"probabilities": rows, "asked": len(rows)}}
    if question["ask"] == "look":
        return {"ok": answers.look(0)}
    if question["ask"] == "export":
        with zipfile.ZipFile(question["path"], "w") as file:
            for name in ("config.json", "model.weights.h5", "inkling.json"):
                file.writestr(name, "a model")
        return {"ok": {}}
    if question["ask"] == "view":
        path = Path(question["path"])
        path.parent.mkdir(parents=True, exist_ok=True)
        digits = 20_000 if question["view"] == "weights" else 1  # 200 KB, as two hundred pictures
        path.write_text(json.dumps(answers.view(model["epoch"], digits)))
        return {"ok": {}}
    return {"ok": answers.evaluation()}


def main() -> None:
    """Answer line by line until the input ends."""
    time.sleep(float(sys.argv[1]) if len(sys.argv) > 1 else 0)
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps({"id": question["id"], **answer(question)}), flush=True)


if __name__ == "__main__":
    main()

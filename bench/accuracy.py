"""How well a preset does on the test part of a dataset, over several seeds.

    python bench/accuracy.py                                    the lecture's network, 5,000 digits
    python bench/accuracy.py --dataset mnist --seeds 5          all of MNIST, seeds 1 to 5

The test part is looked at once, after the last epoch. All of MNIST is read from INKLING_MNIST or
Keras' cache; it is not fetched. Results are kept as JSON in bench/results. With --at-least the
exit status says whether the mean reached that accuracy.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from webapp.ml.process import quiet  # noqa: E402, I001  (before TensorFlow)
from webapp.ml import digits, network  # noqa: E402
from webapp.ml.process.failure import Failure  # noqa: E402
from webapp.configuration.presets import PRESETS, preset_configs  # noqa: E402
from webapp.schemas.config import RunConfig  # noqa: E402
from webapp.schemas.events import EpochItem  # noqa: E402
from webapp.settings import Settings  # noqa: E402

RESULTS = ROOT / "bench" / "results"


def main() -> int:
    """Train once a seed and print a table; 1 below --at-least, 2 without the dataset."""
    quiet.log_to_stderr()
    options = _options()
    config = _config(options)
    settings = Settings.from_environ(os.environ)
    try:
        raw = digits.load(config.dataset.name, settings.data_dir, settings.mnist)
    except Failure as failure:
        print(f"{failure.sentence} Nothing was measured.")
        return 2
    print(f"{options.preset} on {config.dataset.name}, {config.fit.epochs} epochs")
    print(f"{'seed':>6} {'train':>8} {'val':>8} {'test':>8} {'loss':>8} {'seconds':>8}")
    rows = [_train(config, seed, raw) for seed in range(1, options.seeds + 1)]
    return _report(options, config, rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Test accuracy of a preset over several seeds.")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="lecture")
    parser.add_argument("--dataset", choices=("mnist-5k", "mnist"), default="mnist-5k")
    parser.add_argument("--seeds", type=int, default=3, help="how many: 1, 2, 3 ...")
    parser.add_argument("--epochs", type=int, help="default: the preset's own")
    parser.add_argument("--at-least", type=float, default=0.0, help="mean accuracy to reach, 0-1")
    return parser.parse_args()


def _config(options: argparse.Namespace) -> RunConfig:
    """Return the preset with the dataset and the epochs of the options."""
    data = preset_configs()[options.preset]
    data = {**data, "dataset": {**data["dataset"], "name": options.dataset}}
    if options.epochs:
        data["fit"] = {**data["fit"], "epochs": options.epochs}
    return RunConfig.model_validate(data)


class _Last:
    """Keeps the last epoch."""

    epoch: EpochItem | None = None

    def on_batch(self, epoch: int, step: int, steps: int, loss: float, accuracy: float) -> bool:
        return True

    def on_epoch(self, epoch: EpochItem) -> bool:
        self.epoch = epoch
        return True

    def on_interrupt(self) -> None:
        """It is never interrupted."""


def _train(config: RunConfig, seed: int, raw: digits.Digits) -> dict[str, Any]:
    """Train one run from its seed to its test; return a row of the table."""
    data = digits.prepare_training(raw, config.dataset)
    model = network.build(config.layers, seed)
    network.compile(model, config.compile)
    listener, began = _Last(), time.perf_counter()
    network.fit(model, data, config.fit, listener, seed=seed)
    seconds = time.perf_counter() - began
    loss, accuracy = network.evaluate(model, *digits.prepare_test(raw, config.dataset))
    assert listener.epoch is not None
    row = {
        "seed": seed,
        "train_accuracy": listener.epoch.accuracy,
        "val_accuracy": listener.epoch.val_accuracy,
        "test_accuracy": accuracy,
        "test_loss": loss,
        "seconds": round(seconds, 1),
    }
    numbers = [row[name] or 0.0 for name in list(row)[1:5]]
    print(f"{seed:>6}", *(f"{number:>8.4f}" for number in numbers), f"{seconds:>8.1f}", flush=True)
    return row


def _report(options: argparse.Namespace, config: RunConfig, rows: list[dict[str, Any]]) -> int:
    """Print mean and spread, and store everything as JSON."""
    found = [row["test_accuracy"] for row in rows]
    mean = statistics.mean(found)
    spread = statistics.stdev(found) if len(found) > 1 else 0.0
    print(f"test accuracy: mean {mean:.4f}, standard deviation {spread:.4f}, {len(found)} seeds")
    RESULTS.mkdir(parents=True, exist_ok=True)
    summary = {
        "mean": mean,
        "stdev": spread,
        "runs": rows,
        "config": config.model_dump(mode="json"),
    }
    path = RESULTS / f"accuracy-{options.preset}-{config.dataset.name}.json"
    path.write_text(json.dumps(summary, indent=2) + "\n")
    return 0 if mean >= options.at_least else 1


if __name__ == "__main__":
    sys.exit(main())

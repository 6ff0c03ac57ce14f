"""The lecture's experiments, run by the program itself: the table of docs/lessons.md.

    INKLING_MNIST=…/mnist.npz python bench/lessons.py            seeds 1, 2, 3: an hour
    python bench/lessons.py --size small --only 4 --seeds 1      one of them, few images
    python bench/lessons.py --publish                            what the page and the docs show

Each result is kept in bench/results/lessons-<size>.json as it comes, and what is there already is
not run again, so an interrupted bench goes on where it was. A run is deleted once it is written
down: its checkpoints are large. The training accuracy is given twice: as Keras' last epoch reports
it, a mean over batches met while the weights still changed and with dropout at work, and as the
lecture does, by evaluating the finished network on the training images.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from webapp.ml.process import quiet  # noqa: E402, I001  (before TensorFlow)
from documents import RESULTS, put_between  # noqa: E402
from webapp.ml import digits, network  # noqa: E402
from webapp.lessons.experiments import (  # noqa: E402
    EXPERIMENTS,
    SIZES,
    Experiment,
    Size,
    config_of,
    whole,
)
from webapp.schemas.config import RunConfig  # noqa: E402
from webapp.settings import Settings  # noqa: E402

from tests.live_server import LiveServer, serve  # noqa: E402

MEASURED = ROOT / "webapp" / "lessons" / "measured.json"
DOCS = ROOT / "docs" / "lessons.md"
PUBLISHED = (
    "seed", "train", "train_epoch", "test", "epoch_seconds", "answers", "accuracies",
)  # fmt: skip
LONGEST_SECONDS = 3 * 3600
LAST = "6"
"""Batches of one image take longest, so they come last."""

Row = dict[str, Any]


def main() -> int:
    """Run what is missing, then print the table; 2 without the dataset."""
    quiet.log_to_stderr()
    options = _options()
    size, kept = SIZES[options.size], Kept(RESULTS / f"lessons-{options.size}.json")
    settings = Settings.from_environ(os.environ)
    missing = [
        (seed, one)
        for last in (False, True)
        for seed in range(1, options.seeds + 1)
        for one in EXPERIMENTS.values()
        if (one.name == LAST) is last and one.name in (options.only or EXPERIMENTS)
        if not kept.has(config_of(one, size, name=_name(one, seed), seed=seed))
    ]
    if missing:
        _run_all(missing, size, kept, settings)
    print(table(kept.rows))
    if options.publish:
        _publish(size, kept.rows)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The lecture's experiments, by the program.")
    parser.add_argument("--size", choices=sorted(SIZES), default="lecture")
    parser.add_argument("--seeds", type=int, default=3, help="how many: 1, 2, 3 ...")
    parser.add_argument("--only", nargs="+", choices=list(EXPERIMENTS), metavar="EXPERIMENT")
    parser.add_argument("--publish", action="store_true", help="into the page and docs/lessons.md")
    return parser.parse_args()


class Kept:
    """The rows so far, stored after each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[Row] = json.loads(path.read_text()) if path.is_file() else []

    def has(self, config: Row) -> bool:
        """Return whether this very configuration was run."""
        wanted = {**whole(config), "name": None}
        return any({**row["config"], "name": None} == wanted for row in self.rows)

    def add(self, row: Row) -> None:
        """Store the row, in the order of the lecture."""
        order = list(EXPERIMENTS)
        self.rows.append(row)
        self.rows.sort(key=lambda one: (order.index(one["experiment"]), one["seed"]))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(self.rows, indent=1) + "\n")
        fresh.replace(self.path)


def _run_all(
    missing: list[tuple[int, Experiment]], size: Size, kept: Kept, settings: Settings
) -> None:
    raw = digits.load(size.dataset, settings.data_dir, settings.mnist)
    with (
        tempfile.TemporaryDirectory(prefix="inkling-bench-") as scratch,
        serve(Path(scratch) / "data", {"INKLING_WORKERS": "1"}) as server,
    ):
        for seed, experiment in missing:
            config = config_of(experiment, size, name=_name(experiment, seed), seed=seed)
            row = {"experiment": experiment.name, **_run(server, config, raw)}
            kept.add(row)
            brief = {key: row[key] for key in ("train", "train_epoch", "test", "epoch_seconds")}
            print(f"{experiment.name:>4} seed {seed}", brief, flush=True)


def _name(experiment: Experiment, seed: int) -> str:
    return f"Lesson {experiment.name}: {experiment.title}, seed {seed}"


def _run(server: LiveServer, config: Row, raw: digits.Digits) -> Row:
    """Train one run and return its figures. Raises RuntimeError when it did not finish."""
    answer = server.post("/api/runs", config)
    answer.raise_for_status()
    run_id = answer.json()["id"]
    run = server.run_until(run_id, "finished", "stopped", "failed", seconds=LONGEST_SECONDS)
    if run["status"] != "finished":
        raise RuntimeError(f"{config['name']}: {run['status']}, {run['error']}")
    path = f"/api/runs/{run_id}"
    epochs = server.get(f"{path}/curve").json()["epochs"]
    confusion = server.get(f"{path}/evaluation").json()["confusion"]
    model = server.get(f"{path}/model?format=keras")
    server.http.delete(server.url + path, timeout=60).raise_for_status()
    return {
        "seed": config["seed"],
        "train": _evaluated(model.content, run["config"], raw),
        "train_epoch": run["latest"]["accuracy"],
        "test": run["test"]["accuracy"],
        "test_loss": run["test"]["loss"],
        "answers": [sum(column) for column in zip(*confusion, strict=True)],
        "epoch_seconds": round(statistics.median(epochs["seconds"]), 2),
        "accuracies": [None if one is None else round(one, 4) for one in epochs["accuracy"]],
        "losses": [None if one is None else round(one, 5) for one in epochs["loss"]],
        "config": run["config"],
    }


def _evaluated(model: bytes, config: Row, raw: digits.Digits) -> float:
    """Return the accuracy of a ``.keras`` file on its training images."""
    dataset = RunConfig.model_validate(config).dataset
    training = digits.prepare_training(raw, dataset)
    x = digits.scaled(training.x[..., 0], dataset.scale)
    with tempfile.NamedTemporaryFile(suffix=".keras") as file:
        file.write(io.BytesIO(model).getbuffer())
        file.flush()
        loaded = network.load(Path(file.name))
    return network.evaluate(loaded, x, training.y)[1]


def _publish(size: Size, rows: list[Row]) -> None:
    """Put the figures where the page reads them, and the table into the docs."""
    measured: dict[str, dict[str, list[Row]]] = json.loads(MEASURED.read_text())
    measured[size.name] = {}
    for row in rows:
        values = {key: _short(row[key]) for key in PUBLISHED}
        measured[size.name].setdefault(row["experiment"], []).append(values)
    MEASURED.write_text(_lines(measured))
    put_between(DOCS, size.name, table(rows))


def _short(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def _lines(measured: dict[str, dict[str, list[Row]]]) -> str:
    """Return JSON with a line for each row."""
    sizes = []
    for size, experiments in measured.items():
        lines = [
            f'  "{name}": [\n' + ",\n".join(f"   {json.dumps(row)}" for row in rows) + "\n  ]"
            for name, rows in experiments.items()
        ]
        sizes.append(f' "{size}": {{\n' + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(sizes) + "\n}\n"


def table(rows: list[Row]) -> str:
    """Return the lecture's figures and ours, as Markdown: one line an experiment."""
    lines = [
        "| # | experiment | lecture, train | ours, train | in the last epoch "
        "| lecture, test | ours, test | answers most | s an epoch |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, experiment in EXPERIMENTS.items():
        own = [row for row in rows if row["experiment"] == name]
        if own:
            cells = [name, experiment.title, *_cells(experiment, own)]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cells(experiment: Experiment, rows: list[Row]) -> list[str]:
    lecture = [_figure(one) for one in (experiment.lecture.train, experiment.lecture.test)]
    train, epoch, test = (_figures(rows, key) for key in ("train", "train_epoch", "test"))
    seconds = statistics.median(row["epoch_seconds"] for row in rows)
    return [lecture[0], train, epoch, lecture[1], test, _most(rows), f"{seconds:.1f}"]


def _figure(value: float | None) -> str:
    """Return an accuracy as the lecture writes it: .8734."""
    return "–" if value is None else f"{value:.4f}".removeprefix("0")


def _figures(rows: list[Row], key: str) -> str:
    return " ".join(_figure(row[key]) for row in rows)


def _most(rows: list[Row]) -> str:
    """Return the digit that each seed answers most often, and its share of the test images."""
    said = []
    for row in rows:
        (digit, count), *_ = Counter(dict(enumerate(row["answers"]))).most_common(1)
        said.append(f"{digit}: {count / sum(row['answers']):.0%}")
    return ", ".join(said)


if __name__ == "__main__":
    sys.exit(main())

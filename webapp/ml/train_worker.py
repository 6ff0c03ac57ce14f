"""Trains one run: `python -m webapp.ml.train_worker`, with one line of JSON on standard input.

TensorFlow is imported first, so a worker that waits for its line is warm (`warmup.py`); the end
of the input without a line ends it. From then on it speaks to the server over HTTP (`link.py`).

What a run keeps: a checkpoint after every epoch. At the end the model is tested, and predictions,
the test and the download must speak of the same weights. So where the final weights are not those
of the last whole epoch (stopped in mid-epoch, or early stopping went back to the best epoch), they
are sent once more, as that epoch's checkpoint: a stopped run keeps all that it has learned.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from webapp.ml import quiet  # isort: skip  (sets the environment before TensorFlow comes)
from webapp.ml import checkpoint, digits, network, warmup
from webapp.ml.client import Client, Refused, Unreachable
from webapp.ml.failure import Failure, failure_of
from webapp.ml.link import Link
from webapp.ml.reporter import Reporter, evaluation_item
from webapp.schemas.config import RunConfig
from webapp.schemas.events import StatusItem
from webapp.schemas.marks import N_
from webapp.schemas.worker import Assignment, Job
from webapp.settings import Settings

log = logging.getLogger("webapp.ml.train_worker")

LINK_LOST = 75
"""Exit code when nobody wants this attempt any more; EX_TEMPFAIL of sysexits.h."""


def main() -> int:
    """Wait for an assignment and do it; the exit code."""
    quiet.log_to_stderr()
    if not work_waits():
        warmup.warm_up(Settings.from_environ(os.environ))
    line = sys.stdin.readline()
    if not line.strip():
        return 0
    assignment = Assignment.model_validate_json(line)
    with tempfile.TemporaryDirectory(prefix="inkling-") as scratch:
        return work(assignment, Path(scratch))


def work_waits() -> bool:
    """Whether there is something to read already."""
    return bool(select.select([sys.stdin], [], [], 0)[0])


def work(assignment: Assignment, scratch: Path) -> int:
    """One attempt from its job to its last word; `scratch` holds checkpoints not yet sent."""
    link = Link(Client(assignment))
    stop_on_term(link)
    try:
        job = link.job()
    except (Refused, Unreachable) as error:
        log.error("No job: %s", error)
        return LINK_LOST
    link.start()
    last = train_or_fail(job, link, assignment, scratch)
    link.send(last)
    if not link.close():
        return LINK_LOST
    return 1 if last.status == "failed" else 0


def stop_on_term(link: Link) -> None:
    """TERM means the same as the server's stop command."""

    def stop(number: int, frame: FrameType | None) -> None:
        link.stopping.set()

    signal.signal(signal.SIGTERM, stop)


def train_or_fail(job: Job, link: Link, assignment: Assignment, scratch: Path) -> StatusItem:
    """Train, and say how it ended; whatever goes wrong becomes one clear sentence."""
    try:
        return train(job, link, assignment, scratch)
    except Exception as error:
        log.exception("The run failed")
        return StatusItem(status="failed", message=failure_of(error).sentence)


def train(job: Job, link: Link, assignment: Assignment, scratch: Path) -> StatusItem:
    """The lecture's steps, told to the server as they happen."""
    config = job.config
    raw = load_digits(config, Path(assignment.data_dir))
    data = prepare(raw, config)
    model = network.build(config.layers, job.seed)
    network.compile(model, config.compile)
    reporter = Reporter(link, model, scratch, job.from_epoch)
    begin(job, model, link, reporter, scratch)
    if not link.ending:
        network.fit(model, data, config.fit, reporter, seed=job.seed, from_epoch=job.from_epoch)
    keep_final(config, reporter)
    if not link.lost.is_set():
        link.send(
            evaluation_item(*network.evaluate(model, *digits.prepare_test(raw, config.dataset)))
        )
    stopped = link.stopping.is_set() and reporter.epoch < config.fit.epochs
    return StatusItem(status="stopped" if stopped else "finished", from_epoch=job.from_epoch)


def load_digits(config: RunConfig, data_dir: Path) -> digits.Digits:
    """The run's dataset. Raises Failure."""
    mnist = Settings.from_environ(os.environ).mnist
    return digits.load_once(config.dataset.name, data_dir, mnist)


def prepare(raw: digits.Digits, config: RunConfig) -> digits.Training:
    """The run's training images. Raises Failure when there are too few."""
    training = digits.prepare_training(raw, config.dataset)
    images = len(training.x)
    share = config.fit.validation_split
    if share > 0 and int(images * (1 - share)) in (0, images):
        raise Failure(
            "too_few_images", N_("There are too few training images for this validation share.")
        )
    return training


def begin(job: Job, model: network.Model, link: Link, reporter: Reporter, scratch: Path) -> None:
    """Start from the initial weights, or from where an earlier attempt got to; say so."""
    if job.from_epoch:
        path = scratch / "start.npz"
        link.fetch_checkpoint(job.from_epoch, path)
        checkpoint.restore(model, checkpoint.read(path))
    else:
        reporter.save()
    link.send(StatusItem(status="running", from_epoch=job.from_epoch))


def keep_final(config: RunConfig, reporter: Reporter) -> None:
    """Make the last checkpoint hold the final weights, where it does not yet."""
    stopping = config.fit.early_stopping
    if reporter.unsaved or (stopping is not None and stopping.restore_best):
        reporter.save(final=True)


if __name__ == "__main__":
    sys.exit(main())

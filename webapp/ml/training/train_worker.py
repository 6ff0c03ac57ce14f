"""Trains one run: `python -m webapp.ml.training.train_worker`, with one JSON line on standard
input.

TensorFlow is imported first, so a worker that waits for its line is warm (`warmup.py`); if the
input ends without a line, it exits. With its line it connects to the server by HTTP (`link.py`).

A run stores a checkpoint after every epoch, from which another worker can resume if this one dies.
When it has to end within an epoch, to pause, to stop, or because the server ends (TERM), it stores
one more. At the end the model is tested. Predictions, the test and the download must use the same
weights: where early stopping restored the best epoch, those are stored.
"""

from __future__ import annotations

import logging
import os
import select
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from webapp.ml.process import quiet  # isort: skip  (sets the environment before TensorFlow comes)
from webapp import private
from webapp.data_dir import attempt_scratch
from webapp.ml import digits, network
from webapp.ml.fitting import checkpoint
from webapp.ml.fitting.interrupt import Interrupt
from webapp.ml.fitting.listening import Diverged
from webapp.ml.fitting.progress import Progress
from webapp.ml.process import cores
from webapp.ml.process.failure import Failure, failure_of
from webapp.ml.training import warmup
from webapp.ml.training.client import Client, Refused, Unreachable
from webapp.ml.training.link import Link
from webapp.ml.training.reporter import Reporter, evaluation_item
from webapp.schemas.config import RunConfig
from webapp.schemas.datasets import split_at
from webapp.schemas.events import StatusItem
from webapp.schemas.marks import N_
from webapp.schemas.statuses import COMPLETED, WorkerStatus
from webapp.schemas.worker import Assignment, Job
from webapp.settings import Settings

log = logging.getLogger("webapp.ml.training.train_worker")

DIVERGED = N_("The loss is no longer a number: the run was stopped.")

LINK_LOST = 75
"""Exit code when the server has given this attempt up; EX_TEMPFAIL of sysexits.h."""


def main() -> int:
    """Wait for an assignment and carry it out; return the exit code."""
    private.create_privately()
    quiet.log_to_stderr()
    if not has_input():
        warmup.warm_up(Settings.from_environ(os.environ))
    line = sys.stdin.readline()
    if not line.strip():
        return 0
    assignment = Assignment.model_validate_json(line)
    with use_scratch(assignment) as scratch:
        return work(assignment, scratch)


@contextmanager
def use_scratch(assignment: Assignment) -> Iterator[Path]:
    """Use the attempt's folder for all temporary files of this process.

    If the worker is killed, the server removes the folder.
    """
    path = attempt_scratch(Path(assignment.data_dir), assignment.run_id, assignment.attempt)
    path.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = os.environ["TMPDIR"] = str(path)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def has_input() -> bool:
    """Return whether standard input has something to read."""
    return bool(select.select([sys.stdin], [], [], 0)[0])


def work(assignment: Assignment, scratch: Path) -> int:
    """Carry out one attempt and return the exit code; `scratch` holds checkpoints not yet sent."""
    link = Link(Client(assignment))
    handle_term(link)
    try:
        job = link.job()
    except (Refused, Unreachable) as error:
        log.error("Could not fetch the job: %s", error)
        return LINK_LOST
    link.start()
    last = train_or_fail(job, link, assignment, scratch)
    link.send(last)
    if not link.close():
        return LINK_LOST
    return 1 if last.status == "failed" else 0


def handle_term(link: Link) -> None:
    """On TERM, store a checkpoint and return the run to the queue, to resume later."""

    def leave(number: int, frame: FrameType | None) -> None:
        link.terminating.set()

    signal.signal(signal.SIGTERM, leave)


def train_or_fail(job: Job, link: Link, assignment: Assignment, scratch: Path) -> StatusItem:
    """Train, and return how it ended; any error becomes one clear sentence."""
    try:
        return train(job, link, assignment, scratch)
    except Exception as error:
        log.exception("The run failed")
        return StatusItem(status="failed", message=failure_of(error).sentence)


def train(job: Job, link: Link, assignment: Assignment, scratch: Path) -> StatusItem:
    """Do the lecture's steps and report each to the server."""
    config = job.config
    raw = load_digits(config, Path(assignment.data_dir))
    data = prepare(raw, config)
    cores.divide(config.layers, config.fit.batch_size)
    model = network.build(config.layers, job.seed)
    network.compile(model, config.compile)
    progress = restore(job, model, link, scratch)
    reporter = Reporter(link, model, progress, scratch)
    begin(job, link, reporter)
    message = ""
    if not link.ending:
        interrupt = Interrupt()
        link.on_ending = interrupt.set
        message = fit(job, model, data, reporter, progress, interrupt)
    status = status_of(link, reporter, progress, config, message)
    if status in COMPLETED and not link.lost.is_set():
        keep_best(config, reporter, progress)
        loss, accuracy = network.evaluate(model, *digits.prepare_test(raw, config.dataset))
        link.send(evaluation_item(loss, accuracy))
    return StatusItem(
        status=status,
        from_epoch=job.from_epoch,
        message=message,
        epoch=progress.epoch,
        part=reporter.part,
    )


def fit(
    job: Job,
    model: network.Model,
    data: digits.Training,
    reporter: Reporter,
    progress: Progress,
    interrupt: Interrupt,
) -> str:
    """Train; return a sentence when the loss was no longer a number and the run had to stop."""
    config = job.config.fit
    try:
        network.fit(
            model,
            data,
            config,
            reporter,
            seed=job.seed,
            progress=progress,
            interrupt=interrupt,
        )
    except Diverged:
        reporter.save(part=1)
        return DIVERGED
    return ""


def status_of(
    link: Link, reporter: Reporter, progress: Progress, config: RunConfig, message: str
) -> WorkerStatus:
    """Return how the attempt ends. A request of people counts before the server's end."""
    whole = progress.ended or progress.epoch >= config.fit.epochs
    if whole and not message:
        return "finished"
    if message or link.commands.stop:
        return "stopped"
    if link.commands.pause or (reporter.step_done and not link.terminating.is_set()):
        return "paused"
    return "queued"


def load_digits(config: RunConfig, data_dir: Path) -> digits.Digits:
    """Return the run's dataset. Raises Failure."""
    mnist = Settings.from_environ(os.environ).mnist
    return digits.load_once(config.dataset.name, data_dir, mnist)


def prepare(raw: digits.Digits, config: RunConfig) -> digits.Training:
    """Return the run's training images. Raises Failure when there are too few."""
    training = digits.prepare_training(raw, config.dataset)
    images = len(training.x)
    share = config.fit.validation_split
    if share > 0 and split_at(images, share) in (0, images):
        raise Failure(
            "too_few_images", N_("There are too few training images for this validation share.")
        )
    return training


def restore(job: Job, model: network.Model, link: Link, scratch: Path) -> Progress:
    """Restore the checkpoint of an earlier attempt, if there is one; return its progress."""
    if not job.has_checkpoint:
        return Progress()
    path = scratch / "start.npz"
    link.fetch_checkpoint(path)
    kept = checkpoint.read(path)
    path.unlink()
    checkpoint.restore(model, kept)
    if job.extended:
        kept.progress.extend()
    return kept.progress


def begin(job: Job, link: Link, reporter: Reporter) -> None:
    """Report that training starts, after storing the initial weights."""
    if not job.has_checkpoint:
        reporter.save(part=0)
    reporter.apply_learning_rate()
    link.send(StatusItem(status="running", from_epoch=job.from_epoch))


def keep_best(config: RunConfig, reporter: Reporter, progress: Progress) -> None:
    """Store the weights that early stopping restored, if it did."""
    stopping = config.fit.early_stopping
    if stopping is not None and stopping.restore_best:
        progress.begin_epoch(progress.epoch)
        reporter.save(part=1)


if __name__ == "__main__":
    sys.exit(main())

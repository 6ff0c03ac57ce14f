// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { shades, worst } from "../../static/js/insight/confusion.js";
import { createHistory } from "../../static/js/watch/history.js";
import { keyTo } from "../../static/js/watch/reading.js";
import { waitText } from "../../static/js/numbers.js";
import {
  againText,
  hasCurves,
  leftText,
  shareDone,
  statusText,
  titleText,
} from "../../static/js/watch/words.js";

/** @param {object} more @returns {any} */
const run = (more) => ({
  name: "Lecture network",
  source: "trained",
  status: "running",
  epoch: 12,
  epochs: 20,
  queue_position: null,
  started_at: "2026-01-01T00:00:00.000Z",
  ended_at: null,
  eta_seconds: 16,
  test: null,
  ...more,
});

/** @param {object} [more] @returns {any} */
const history = (more = {}) => ({ ...createHistory(), ...more });

test("curves that never come leave no empty frames", () => {
  assert.equal(hasCurves(run({ status: "queued", epoch: 0 }), history()), true);
  assert.equal(hasCurves(run({ status: "failed", epoch: 0 }), history()), false);
  assert.equal(hasCurves(run({ status: "failed", epoch: 0 }), history({ position: 0.3 })), true);
  const imported = run({ status: "finished", source: "imported", epoch: 0 });
  assert.equal(hasCurves(imported, history()), false);
});

test("a run that diverged says so, and its bar ends where it did", () => {
  const finished = run({ status: "finished", epoch: 20, diverged: true });
  assert.match(statusText(finished, history()), /^diverged · finished/);
  assert.equal(shareDone(finished, history({ divergedAt: 5 })), 0.25);
  assert.match(titleText(finished, history()), /^diverged · Lecture network/);
  assert.equal(shareDone({ ...finished, diverged: false }, history({ divergedAt: 5 })), 1);
});

test("the status in words", () => {
  const said = (/** @type {object} */ more) => statusText(run(more), history());
  assert.equal(said({}), "training · epoch 13 of 20");
  assert.equal(said({ status: "queued", queue_position: 2 }), "place 2 in the queue");
  const waits = { status: "queued", queue_position: 2 };
  assert.equal(said({ ...waits, wait_seconds: 65 }), "place 2 in the queue, starts in about 2 min");
  assert.equal(said({ ...waits, attempt: 1 }), "waiting to resume, place 2 in the queue");
  assert.equal(said({ status: "starting" }), "starting: TensorFlow is loading");
  assert.equal(said({ status: "starting", attempt: 2 }), "starting again after epoch 12");
  assert.equal(said({ status: "paused" }), "paused after epoch 12 of 20");
  assert.equal(said({ status: "stopped" }), "stopped after epoch 12 of 20");
  assert.equal(said({ status: "finished" }), "finished early · 12 of 20 epochs");
  const ended_at = "2026-01-01T00:00:40.000Z";
  assert.equal(said({ status: "finished", epoch: 20, ended_at }), "finished in 40 s");
  assert.equal(said({ status: "finished", source: "imported" }), "imported");
});

test("a pause in mid-epoch is told as such", () => {
  const text = statusText(run({ status: "paused" }), history({ position: 12.4 }));
  assert.equal(text, "paused in epoch 13 of 20");
});

test("a waiting time counts down and is no more exact than it is known", () => {
  const waits = run({ status: "queued", queue_position: 1, wait_seconds: 30 });
  assert.match(statusText(waits, history(), 5), /about 30 s$/);
  assert.match(statusText(waits, history(), 25), /a few seconds$/);
  assert.equal(statusText(waits, history(), 31), "place 1 in the queue");
  const times = [0, 3, 11, 50, 51, 61, 600].map((seconds) => waitText(seconds));
  assert.deepEqual(times, [
    "",
    "a few seconds",
    "about 20 s",
    "about 50 s",
    "about 1 min",
    "about 2 min",
    "about 10 min",
  ]);
});

test("a run that lost its worker says what becomes of it", () => {
  const queued = run({ status: "queued" });
  assert.equal(againText(queued, history()), "");
  assert.match(againText(queued, history({ isLost: true, restarts: [7] })), /epoch 7/);
  assert.match(againText(run({ epoch: 0 }), history({ isLost: true, restarts: [0] })), /restarts/);
});

test("the browser's tab tells how far it is", () => {
  const epochs = [{ epoch: 12, val_accuracy: 0.981, accuracy: 0.99 }];
  assert.equal(
    titleText(run({}), history({ epochs })),
    "12/20 · 98.1% · Lecture network · Inkling",
  );
  assert.match(titleText(run({ status: "paused" }), history({ epochs })), /^paused · 12\/20 · /);
  const test = { loss: 0.1, accuracy: 0.979 };
  const done = run({ status: "finished", test });
  assert.equal(titleText(done, history({ epochs })), "97.9% · Lecture network · Inkling");
});

test("the share done counts what there is of the epoch under way", () => {
  assert.equal(shareDone(run({}), history({ position: 12.5 })), 0.625);
  assert.equal(shareDone(run({ status: "finished", epoch: 7 }), history()), 1);
});

test("estimates that are far apart are written as a range", () => {
  assert.equal(waitText(60, 55), "about 1 min");
  assert.equal(waitText(90, 20), "20 s–2 min");
  assert.equal(waitText(45, 5), "up to 50 s");
  assert.equal(waitText(8, 1), "a few seconds");
  assert.equal(waitText(50, 20), "20–50 s");
  assert.equal(waitText(19_000, 9000), "2.5–5.3 h");
  const waits = run({ status: "queued", queue_position: 3, wait_seconds: 120 });
  const range = { ...waits, wait_least_seconds: 60 };
  assert.equal(statusText(range, history()), "place 3 in the queue, starts in 1–2 min");
});

test("time left: nothing where it is not known, a range where the newest epochs tell another", () => {
  assert.equal(leftText(run({ eta_seconds: 60 }), history(), 6), "about 1 min");
  assert.equal(leftText(run({ eta_seconds: 60 }), history(), 60), "");
  assert.equal(leftText(run({ eta_seconds: null }), history(), 6), "");
  assert.equal(leftText(run({ status: "finished" }), history(), 0), "");
  const slower = { ends: [0, 15_000, 30_000], position: 12 };
  assert.equal(leftText(run({ eta_seconds: 40 }), history(slower), 0), "40 s–2 min");
  const few = { ends: [0, 15_000], position: 12 };
  assert.equal(leftText(run({ eta_seconds: 40 }), history(few), 0), "about 40 s");
});

test("keys move over the epochs and stop at the ends", () => {
  assert.equal(keyTo("ArrowLeft", null, 5), 4);
  assert.equal(keyTo("ArrowLeft", 0, 5), 0);
  assert.equal(keyTo("ArrowRight", 4, 5), 4);
  assert.equal(keyTo("Home", 3, 5), 0);
  assert.equal(keyTo("End", 0, 5), 4);
  assert.equal(keyTo("PageDown", 3, 5), 0);
  assert.equal(keyTo("Escape", 3, 5), null);
  assert.equal(keyTo("a", 3, 5), undefined);
  assert.equal(keyTo("End", null, 0), null);
});

test("the commonest mistake and its shade", () => {
  const counts = Array.from({ length: 10 }, (_row, n) =>
    Array.from({ length: 10 }, (_cell, m) => (n === m ? 9 : 0) + 0),
  );
  assert.equal(worst(counts), null);
  counts[4][9] = 6;
  assert.deepEqual(worst(counts), { truth: 4, answer: 9, n: 6 });
  assert.equal(shades(counts)[4][9], 1);
  assert.equal(shades(counts)[0][0], 1);
  assert.equal(shades(counts)[4][4], 0.6);
});

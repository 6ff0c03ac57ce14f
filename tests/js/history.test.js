// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_POINTS, applyEvent } from "../../static/js/watch/events.js";
import { createHistory, newest, secondsAnEpoch } from "../../static/js/watch/history.js";
import { historyOf } from "../../static/js/watch/past.js";

/** @typedef {import("../../static/js/watch/history.js").History} History */

/** @param {History} history @param {any[]} events */
const feed = (history, events) => events.forEach((event) => applyEvent(history, event));

/** @param {number} epoch @param {number} step @param {object} [more] */
const batch = (epoch, step, more = {}) => ({
  type: "batch",
  epoch,
  step,
  steps: 10,
  loss: 0.5,
  accuracy: 0.8,
  ...more,
});

/** @param {number} n @param {object} [more] */
const epoch = (n, more = {}) => ({
  type: "epoch",
  epoch: n,
  loss: 1 / n,
  accuracy: 1 - 1 / (n + 1),
  val_loss: 0.4,
  val_accuracy: 0.9,
  learning_rate: 0.001,
  seconds: n,
  ...more,
});

test("batches and epochs move the position on", () => {
  const history = createHistory();
  feed(history, [batch(1, 5)]);
  assert.equal(history.position, 0.5);
  assert.equal(newest(history).loss, 0.5);
  feed(history, [epoch(1)]);
  assert.equal(history.position, 1);
  assert.equal(newest(history).loss, 1);
  assert.equal(history.version, 2);
});

test("the best epoch is the first with the highest validation accuracy", () => {
  const history = createHistory();
  const scores = [0.9, 0.95, 0.95, 0.93];
  feed(
    history,
    scores.map((val_accuracy, n) => epoch(n + 1, { val_accuracy })),
  );
  assert.equal(history.best?.epoch, 2);
});

test("without validation the training accuracy decides", () => {
  const history = createHistory();
  const none = { val_loss: null, val_accuracy: null };
  feed(history, [epoch(1, none), epoch(2, none), epoch(3, { ...none, accuracy: 0.1 })]);
  assert.equal(history.best?.epoch, 2);
});

/** @param {string} status @param {number} from_epoch @param {string} [message] */
const status = (status, from_epoch, message = "") => ({
  type: "status",
  status,
  attempt: 2,
  from_epoch,
  message,
});

/** @param {History} history */
const places = (history) => history.points.map((point) => point.x);

test("a lost worker takes the batches along that were not kept", () => {
  const history = createHistory();
  feed(history, [batch(1, 5), epoch(1), batch(2, 5), batch(2, 9)]);
  feed(history, [status("queued", 1, "It died."), status("starting", 1)]);
  assert.deepEqual(places(history), [0.5]);
  assert.deepEqual(history.restarts, [1]);
  assert.equal(history.isLost, true);
  feed(history, [status("running", 1), batch(2, 1)]);
  assert.deepEqual(places(history), [0.5, 1.1]);
  assert.equal(history.isLost, false);
  assert.equal(history.position, 1.1);
});

test("a pause in mid-epoch keeps its place", () => {
  const history = createHistory();
  feed(history, [batch(1, 5), epoch(1), batch(2, 5), status("paused", 0)]);
  feed(history, [status("queued", 1), status("starting", 1), status("running", 1)]);
  assert.equal(history.position, 1.5);
  feed(history, [batch(2, 6)]);
  assert.deepEqual(places(history), [0.5, 1.5, 1.6]);
  assert.deepEqual(history.restarts, []);
});

test("batches that are trained again take the place of those told before", () => {
  const history = createHistory();
  feed(history, [epoch(1), batch(2, 3), batch(2, 5), batch(2, 8), status("paused", 0)]);
  feed(history, [status("queued", 1), status("running", 1), batch(2, 4)]);
  assert.deepEqual(places(history), [1.3, 1.4]);
});

test("a torn checkpoint sends the run further back, and twice the same epoch is one mark", () => {
  const history = createHistory();
  feed(history, [epoch(1), epoch(2), batch(3, 5)]);
  feed(history, [status("queued", 2, "died"), status("queued", 2, "died")]);
  assert.deepEqual(history.restarts, [2]);
  feed(history, [status("starting", 1, "torn")]);
  assert.deepEqual(history.restarts, [1]);
});

test("another learning rate is remembered with its epoch", () => {
  const history = createHistory();
  const rates = [0.1, 0.1, 0.01, 0.0100000001, 0.02];
  feed(
    history,
    rates.map((learning_rate, n) => epoch(n + 1, { learning_rate })),
  );
  assert.deepEqual(history.rateChanges, [
    { epoch: 3, from: 0.1, to: 0.01 },
    { epoch: 5, from: 0.0100000001, to: 0.02 },
  ]);
});

test("more epochs make the test accuracy void", () => {
  const history = createHistory();
  feed(history, [{ type: "evaluation", loss: 0.1, accuracy: 0.9 }, status("finished", 0)]);
  assert.equal(history.test?.accuracy, 0.9);
  feed(history, [status("queued", 20)]);
  assert.equal(history.test, null);
});

test("a new attempt leaves no epoch under way", () => {
  const history = createHistory();
  feed(history, [batch(1, 5), epoch(1), batch(2, 5), batch(2, 9)]);
  feed(history, [status("queued", 1, "It died.")]);
  assert.equal(history.position, 1);
  assert.equal(history.now, null);
  assert.equal(history.epochs.length, 1);
});

test("an ending keeps the batches of an epoch under way", () => {
  const history = createHistory();
  feed(history, [batch(1, 5), { type: "status", status: "stopped", attempt: 1, from_epoch: 0 }]);
  assert.equal(history.points.length, 1);
});

test("a loss that is not finite is remembered with its epoch", () => {
  const history = createHistory();
  feed(history, [epoch(1), batch(2, 1, { loss: null, diverged: true })]);
  assert.equal(history.divergedAt, 2);
  feed(history, [status("queued", 1, "It died.")]);
  assert.equal(history.divergedAt, null);
  feed(history, [epoch(2, { loss: null, diverged: true })]);
  assert.equal(history.divergedAt, 2);
});

test("points are thinned, never beyond the bound", () => {
  const history = createHistory();
  for (let n = 1; n <= 3000; n += 1)
    for (let s = 1; s < 10; s += 1) applyEvent(history, /** @type {any} */ (batch(n, s)));
  assert.ok(history.points.length <= MOST_POINTS);
  assert.ok(history.points.length > MOST_POINTS / 4);
  const last = history.points.at(-1);
  assert.ok(last && last.x > 2990);
});

test("seconds an epoch: the mean of the last five", () => {
  const history = createHistory();
  assert.equal(secondsAnEpoch(history), null);
  feed(
    history,
    [1, 2, 3, 4, 5, 6, 7].map((n) => epoch(n)),
  );
  assert.equal(secondsAnEpoch(history), 5);
});

test("an epoch that diverged is never the best", () => {
  const lost = { diverged: true, loss: null, accuracy: 0.1, val_accuracy: 0.99 };
  const history = createHistory();
  feed(history, [epoch(1, lost)]);
  assert.equal(history.best?.epoch, undefined);
  feed(history, [epoch(2, { val_accuracy: 0.3 }), epoch(3, { ...lost, loss: 0.1 })]);
  assert.equal(history.best?.epoch, 2);
});

test("a run that stopped as it diverged tells of it by its test", () => {
  const history = createHistory();
  feed(history, [epoch(1), batch(2, 3), { type: "evaluation", loss: null, accuracy: 0.1 }]);
  assert.equal(history.divergedAt, 2);
  const none = { x: [], loss: [], accuracy: [] };
  const run = { status: "stopped", last_seq: 9, test: { loss: null, accuracy: 0.1 } };
  assert.equal(historyOf(curve({ batches: none, run })).divergedAt, 2);
  const nothing = Object.fromEntries(Object.keys(curve().epochs).map((name) => [name, []]));
  const early = { epochs: nothing, diverged: [], batches: none, run };
  assert.equal(historyOf(curve(early)).divergedAt, 1);
});

test("the evaluation is kept", () => {
  const history = createHistory();
  feed(history, [{ type: "evaluation", loss: 0.1, accuracy: 0.97 }]);
  assert.deepEqual(history.test, { loss: 0.1, accuracy: 0.97 });
});

/** @param {object} [more] @returns {any} */
const curve = (more = {}) => ({
  run: { last_seq: 9, test: null },
  epochs: {
    epoch: [1, 2, 3],
    loss: [0.5, null, 0.3],
    accuracy: [0.8, 0.1, 0.9],
    val_loss: [0.4, null, 0.3],
    val_accuracy: [0.9, 0.1, 0.85],
    learning_rate: [0.1, 0.1, 0.01],
    seconds: [1, 2, 3],
  },
  diverged: [2],
  batches: { x: [0.5, 2.5, 3.25], loss: [1, 0.4, 0.2], accuracy: [0.5, 0.8, 0.9] },
  batch_stride: 2,
  restarts: [],
  learning_rate: null,
  ...more,
});

test("a curve tells of lost workers as events do", () => {
  const restarts = [
    { seq: 4, epoch: 1 },
    { seq: 6, epoch: 1 },
    { seq: 9, epoch: 3 },
  ];
  const run = (/** @type {string} */ status, /** @type {number} */ last_seq) =>
    historyOf(curve({ restarts, run: { status, last_seq, test: null } }));
  assert.deepEqual(run("running", 11).restarts, [1, 3]);
  assert.equal(run("queued", 9).isLost, true);
  assert.equal(run("starting", 10).isLost, true);
  assert.equal(run("running", 11).isLost, false);
  assert.equal(run("queued", 20).isLost, false, "it was paused since");
});

test("a curve becomes the history that its events would have told", () => {
  const history = historyOf(curve());
  assert.deepEqual(
    history.epochs.map((one) => [one.epoch, one.loss, one.diverged]),
    [
      [1, 0.5, false],
      [2, null, true],
      [3, 0.3, false],
    ],
  );
  assert.equal(history.best?.epoch, 1);
  assert.equal(history.divergedAt, 2);
  assert.equal(history.position, 3.25);
  assert.equal(newest(history).loss, 0.2);
  feed(history, [batch(4, 5), batch(4, 8), epoch(4)]);
  assert.deepEqual(
    history.points.map((point) => point.x),
    [0.5, 2.5, 3.25, 3.8],
    "points that follow are as dense as those of the curve",
  );
  assert.equal(history.epochs.at(-1)?.epoch, 4);
});

test("a curve whose last point lies behind its last epoch has none under way", () => {
  const batches = { x: [0.5, 3], loss: [1, 0.4], accuracy: [0.5, 0.8] };
  const history = historyOf(curve({ batches, run: { test: { loss: 0.2, accuracy: 0.9 } } }));
  assert.equal(history.now, null);
  assert.equal(history.position, 3);
  assert.equal(history.test?.accuracy, 0.9);
});

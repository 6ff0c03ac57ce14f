// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { createHistory } from "../../static/js/watch/history.js";
import { columns, nearestEpoch, niceAbove, range, reach } from "../../static/js/watch/series.js";

/** @param {number} n @param {object} [more] @returns {any} */
const epoch = (n, more = {}) => ({
  epoch: n,
  loss: 0.5 / n,
  accuracy: 0.9,
  val_loss: 0.3,
  val_accuracy: 0.91,
  ...more,
});

/** @param {any[]} epochs @param {any[]} [points] */
const historyOf = (epochs, points = []) => ({ ...createHistory(), epochs, points });

const point = (/** @type {number} */ x, loss = 1) => ({ x, loss, accuracy: 0.5 });

test("epochs and points are joined in order of x", () => {
  const history = historyOf([epoch(1), epoch(2)], [point(0.5), point(1), point(1.5), point(2.5)]);
  const data = columns(history, "loss");
  assert.deepEqual(data.x, [0.5, 1, 1.5, 2, 2.5]);
  assert.deepEqual(data.batch, [1, undefined, 1, undefined, 1]);
  assert.deepEqual(data.train, [undefined, 0.5, undefined, 0.25, undefined]);
  assert.deepEqual(data.val, [undefined, 0.3, undefined, 0.3, undefined]);
});

test("a value that is not finite is a hole, a missing validation is not", () => {
  const gone = epoch(1, { loss: null, val_loss: null, diverged: true });
  const data = columns(historyOf([gone, epoch(2, { val_loss: null })]), "loss");
  assert.deepEqual(data.train, [null, 0.25]);
  assert.deepEqual(data.val, [null, undefined]);
});

test("the loss axis shows the epochs, not the first batches", () => {
  const early = columns(historyOf([], [point(0.1, 2.3)]), "loss");
  assert.deepEqual(range(early, "loss"), [0, 3]);
  const later = columns(historyOf([epoch(1), epoch(2)], [point(0.1, 2.3)]), "loss");
  assert.deepEqual(range(later, "loss"), [0, 0.6]);
});

test("the loss axis without any value", () => {
  assert.deepEqual(range(columns(createHistory(), "loss"), "loss"), [0, 1]);
  assert.deepEqual(range(columns(createHistory(), "loss"), "loss", true), [0.1, 1]);
});

test("a logarithmic axis spans whole powers of ten", () => {
  const data = columns(historyOf([epoch(1), epoch(2), epoch(30)]), "loss");
  assert.deepEqual(range(data, "loss", true), [0.01, 1]);
});

test("the accuracy axis fits a network that learns and one that does not", () => {
  const axis = (/** @type {number} */ accuracy) =>
    range(
      columns(historyOf([epoch(1, { accuracy }), epoch(2, { accuracy: 0.95 })]), "accuracy"),
      "accuracy",
    );
  assert.deepEqual(axis(0.11), [0, 1]);
  assert.deepEqual(axis(0.92), [0.9, 1]);
  const [low, high] = axis(0.83);
  assert.equal(high, 1);
  assert.ok(low > 0.7 && low <= 0.83);
});

test("niceAbove is at or above its value", () => {
  for (const value of [0.0003, 0.07, 0.5, 1, 1.01, 2.3, 9.9, 12345]) {
    const nice = niceAbove(value);
    assert.ok(nice >= value && nice <= value * 2, `${value} → ${nice}`);
  }
});

test("the x axis rests while a long run grows", () => {
  assert.equal(reach(3, 20, false), 20);
  assert.equal(reach(3, 10_000, false), 50);
  assert.equal(reach(46, 10_000, false), 100);
  assert.equal(reach(9900, 10_000, false), 10_000);
  assert.equal(reach(7, 20, true), 7);
  assert.equal(reach(0, 20, true), 1);
});

test("the nearest epoch", () => {
  const history = historyOf([epoch(1), epoch(2), epoch(3)]);
  assert.equal(nearestEpoch(createHistory(), 2), -1);
  assert.equal(nearestEpoch(history, -4), 0);
  assert.equal(nearestEpoch(history, 1.6), 1);
  assert.equal(nearestEpoch(history, 99), 2);
});

test("no more is drawn than pixels show, and peaks stay", () => {
  const epochs = Array.from({ length: 10_000 }, (_, n) => epoch(n + 1, { loss: 1 / (n + 1) }));
  epochs[6543].loss = 7;
  epochs[4321].val_loss = -1;
  epochs[1234].loss = null;
  const points = Array.from({ length: 2000 }, (_, n) => point(n * 5 + 0.5));
  const data = columns(historyOf(epochs, points), "loss", 400);
  assert.ok(data.x.length < 1600, String(data.x.length));
  assert.equal(data.train[data.x.indexOf(6544)], 7);
  assert.equal(data.val[data.x.indexOf(4322)], -1);
  assert.equal(data.train[data.x.indexOf(1235)], null);
  assert.equal(data.x.filter((x) => x % 1 === 0).at(-1), 10_000);
  assert.deepEqual(
    data.x,
    data.x.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(data.x).size, data.x.length);
});

test("what is drawn of a growing run stays where it is", () => {
  const epochs = Array.from({ length: 4999 }, (_, n) => epoch(n + 1, { loss: Math.sin(n * n) }));
  const before = columns(historyOf(epochs), "loss", 400).x.slice(0, 400);
  const after = columns(historyOf([...epochs, epoch(5000)]), "loss", 400).x.slice(0, 400);
  assert.deepEqual(after, before);
});

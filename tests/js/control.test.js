// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../static/js/api.js";
import { can, canChangeRate, isSettled, scaled, sentenceOf } from "../../static/js/control.js";
import { mayChange } from "../../static/js/owners.js";
import { createHistory } from "../../static/js/watch/history.js";
import { marksOf, noteOf } from "../../static/js/watch/marks.js";
import { rateOf } from "../../static/js/watch/rate.js";
import { lecture } from "./catalog.js";

/** @param {string} status @param {object} [more] @returns {any} */
const run = (status, more = {}) => ({
  id: "r",
  status,
  attempt: 1,
  epoch: 3,
  source: "trained",
  config: lecture(),
  ...more,
});

/** @param {any} of */
const possible = (of) =>
  /** @type {const} */ (["pause", "resume", "step", "stop", "extend"]).filter((act) =>
    can(of, act),
  );

test("what can be done follows from the status", () => {
  assert.deepEqual(possible(run("queued", { attempt: 0 })), ["stop"]);
  assert.deepEqual(possible(run("queued")), ["pause", "stop"]);
  assert.deepEqual(possible(run("starting")), ["pause", "stop"]);
  assert.deepEqual(possible(run("running")), ["pause", "stop"]);
  assert.deepEqual(possible(run("paused")), ["resume", "step", "stop"]);
  assert.deepEqual(possible(run("finished")), ["extend"]);
  assert.deepEqual(possible(run("stopped", { epoch: 0 })), []);
  const tested = { epoch: 0, test: { loss: 0.3, accuracy: 0.9 } };
  assert.deepEqual(possible(run("stopped", tested)), ["extend"]);
  assert.deepEqual(possible(run("failed")), []);
  assert.equal(canChangeRate(run("paused")), true);
  assert.equal(canChangeRate(run("queued", { attempt: 0 })), false);
});

test("a request is waited for until it came about or another attempt began", () => {
  const request = /** @type {const} */ ({ act: "pause", runId: "r", attempt: 1 });
  assert.equal(isSettled(request, run("running")), false);
  assert.equal(isSettled(request, run("paused")), true);
  assert.equal(isSettled(request, run("finished")), true);
  assert.equal(isSettled(request, run("running", { attempt: 2 })), true);
  assert.equal(isSettled({ ...request, act: "stop" }, run("running", { attempt: 2 })), false);
});

test("learning rates stay free of the dust of binary fractions", () => {
  assert.equal(scaled(0.001, 0.1), 0.0001);
  assert.equal(scaled(0.3, 0.1), 0.03);
  assert.equal(scaled(0.00005, 2), 0.0001);
});

test("the fault of the one field is what is said beside it", () => {
  const fields = [{ path: "learning_rate", message: "must be at most 1" }];
  const refused = new ApiError(422, "invalid_input", "1 problem", fields);
  assert.equal(sentenceOf(refused), "must be at most 1");
  assert.equal(sentenceOf(new ApiError(409, "wrong_state", "It has ended.")), "It has ended.");
  assert.throws(() => sentenceOf(new TypeError("a defect")), TypeError);
});

test("the learning rate is that of the last epoch, before it that of the settings", () => {
  const history = createHistory();
  assert.equal(rateOf(run("running"), history), lecture().compile.optimizer.learning_rate);
  history.epochs.push(/** @type {any} */ ({ epoch: 1, learning_rate: 0.25 }));
  assert.equal(rateOf(run("running"), history), 0.25);
  history.requestedRate = 0.5;
  assert.equal(rateOf(run("running"), history), 0.5);
  const config = lecture();
  config.fit.reduce_lr_on_plateau = { monitor: "loss" };
  assert.equal(rateOf(run("running", { config }), history), 0.25);
});

test("marks are told by shape and word, in the picture and in its reading", () => {
  const history = createHistory();
  history.rateChanges = [
    { epoch: 3, from: 0.01, to: 0.001 },
    { epoch: 5, from: 0.001, to: 0.002 },
  ];
  history.restarts = [0, 4];
  history.divergedAt = 6;
  const shown = marksOf(history).map(({ x, text }) => [x, text]);
  assert.deepEqual(shown, [
    [6, "✕ diverged"],
    [3, "▼ 0.001"],
    [5, "▲ 0.002"],
    [0, "↻"],
    [4, "↻"],
  ]);
  assert.equal(noteOf(history, 1), "restarted from the beginning");
  assert.equal(noteOf(history, 2), "");
  assert.equal(noteOf(history, 3), "learning rate 0.01 → 0.001");
  assert.equal(noteOf(history, 5), "learning rate 0.001 → 0.002; continued from epoch 4");
  assert.equal(noteOf(history, 6), "diverged");
});

test("whose run may be changed is the server's rule", () => {
  const of = (/** @type {boolean} */ mine, owned = true) => ({
    owner: { mine, name: null },
    owned,
  });
  const [mine, others, free] = [of(true), of(false), of(false, false)];
  const allowed = (/** @type {string} */ rule) =>
    [mine, others, free].map((run) => mayChange(run, rule));
  assert.deepEqual(allowed("all"), [true, true, true]);
  assert.deepEqual(allowed("free"), [true, false, true]);
  assert.deepEqual(allowed("own"), [true, false, false]);
});

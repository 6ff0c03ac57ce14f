// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { factsOf } from "../../static/js/watch/facts.js";
import { createHistory } from "../../static/js/watch/history.js";
import { lecture } from "./catalog.js";

/** @param {object} [rest] @returns {any} */
const run = (rest = {}) => ({
  source: "trained",
  status: "running",
  config: lecture(),
  epoch: 2,
  epochs: 20,
  eta_seconds: 40,
  started_at: "2026-01-01T00:00:00.000Z",
  ended_at: null,
  latest: {},
  best: null,
  test: null,
  ...rest,
});

const epochs = [
  { epoch: 1, loss: 0.4, accuracy: 0.9, val_loss: 0.3, val_accuracy: 0.95, seconds: 2 },
  { epoch: 2, loss: 0.2, accuracy: 0.96, val_loss: 0.4, val_accuracy: 0.94, seconds: 2 },
];

/** @param {object} [more] @returns {any} */
const history = (more = {}) => ({
  ...createHistory(),
  epochs,
  position: 2,
  best: epochs[0],
  ...more,
});

test("while it trains: training, validation with its best, loss and the time left", () => {
  const facts = factsOf(run(), history(), 0);
  assert.equal(facts.test, null);
  assert.equal(facts.train?.value, "96.00%");
  assert.deepEqual(facts.val, { value: "94.00%", note: "best in validation: 95.00%, epoch 1" });
  assert.equal(facts.loss?.value, "0.2000");
  assert.deepEqual(facts.left, {
    title: "Time left",
    value: "about 40 s",
    note: "2.0 s per epoch",
  });
});

test("the newest epoch may be the best so far", () => {
  const best = history({ best: epochs[1] });
  assert.equal(factsOf(run(), best, 0).val?.note, "the best in validation so far");
  const over = run({ status: "finished", epochs: 2 });
  assert.equal(factsOf(over, best, 0).val?.note, "best in validation: epoch 2");
});

test("once it is over the test takes the place of the time, and comes first", () => {
  const tested = { status: "finished", test: { loss: 0.1, accuracy: 0.95 } };
  const facts = factsOf(run(tested), history(), 0);
  assert.equal(Object.keys(facts)[0], "test");
  assert.deepEqual(facts.test, { value: "95.00%", note: "loss 0.1000", praised: true });
  assert.equal(facts.left, null);
  const poor = factsOf(run({ ...tested, test: { loss: null, accuracy: 0.1 } }), history(), 0);
  assert.deepEqual(poor.test, { value: "10.00%", note: "", praised: false });
});

test("a run that failed has no test: how long it took", () => {
  const failed = { status: "failed", ended_at: "2026-01-01T00:01:15.000Z" };
  const { left } = factsOf(run(failed), history(), 0);
  assert.deepEqual([left?.title, left?.value], ["Time", "1:15"]);
});

test("what a run never has is not shown", () => {
  const config = { ...lecture(), fit: { ...lecture().fit, validation_split: 0 } };
  assert.equal(factsOf(run({ config }), history(), 0).val, null);
  const imported = run({ source: "imported", status: "finished" });
  const { test: tested, train, val, loss, left } = factsOf(imported, createHistory(), 0);
  assert.deepEqual([train, val, loss, left], [null, null, null, null]);
  assert.equal(tested?.value, "–");
});

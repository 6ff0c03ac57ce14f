// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { isOurs, mayBeOurs, runsOf } from "../../static/js/lessons/found.js";
import {
  configFor,
  everything,
  missing,
  mustWait,
  seedFor,
} from "../../static/js/lessons/training.js";
import { run, stateOf } from "./lesson.js";

test("what somebody has run or is running is not trained again", () => {
  const state = stateOf({
    runs: { 1: [run({ status: "queued" })], 2: [run({ status: "failed" })] },
  });
  assert.deepEqual(missing(state, ["1", "2", "3"]), ["2", "3"]);
});

test("nothing can be run again while it still trains", () => {
  const state = stateOf({ runs: { 1: [run()], 2: [run({ status: "running" })] } });
  assert.ok(mustWait(state, ["1", "2"]));
  assert.ok(!mustWait(state, ["1"]));
  assert.ok(!mustWait(state, ["2", "3"]));
});

test("the longest experiment is run last", () => {
  assert.deepEqual(everything(stateOf()), ["1", "3", "2"]);
});

test("runs to be compared get the same seed, a run again a new one", () => {
  const state = stateOf({ runs: { 1: [run({}, 5)], 2: [], 3: [run({}, 1), run({}, 5)] } });
  assert.equal(seedFor(stateOf(), ["1", "2"]), 1);
  assert.equal(seedFor(state, ["2"], ["1"]), 5);
  assert.equal(seedFor(state, ["3"], ["1"]), 6);
  assert.equal(seedFor(state, ["1", "3"]), 6);
  const again = configFor(state, "2", 7);
  assert.equal(again.seed, 7);
  assert.match(again.name, / · seed 7$/);
  assert.doesNotMatch(configFor(state, "2", 1).name, /seed/);
});

test("the runs of a lesson are read from the store, without those deleted", () => {
  const state = stateOf({ found: { 1: ["b", "a"], 2: [] } });
  const known = new Map([["a", run({ id: "a", status: "running" })]]);
  const runs = runsOf(state.found, known);
  assert.deepEqual(
    runs[1].map(({ id, status }) => [id, status]),
    [["a", "running"]],
  );
  assert.ok(isOurs(state, "b"));
  assert.ok(!isOurs(state, "c"));
});

test("a stranger's run is looked up only if it may belong to a lesson", () => {
  const stranger = (/** @type {string} */ name, /** @type {number} */ params) =>
    run({ params, config: /** @type {any} */ ({ dataset: { name } }) });
  assert.ok(mayBeOurs(stateOf(), stranger("mnist-5k", 20)));
  assert.ok(!mayBeOurs(stateOf(), stranger("mnist-5k", 21)));
  assert.ok(!mayBeOurs(stateOf(), stranger("mnist", 20)));
});

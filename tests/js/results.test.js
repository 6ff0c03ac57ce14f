// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { pathOf, ticks } from "../../static/js/lessons/course.js";
import { compared } from "../../static/js/lessons/facts.js";
import {
  ANY,
  courseOf,
  onlyAnswer,
  ours,
  outcome,
  stuckOn,
  value,
} from "../../static/js/lessons/results.js";
import { stuckWords } from "../../static/js/lessons/words.js";
import { experiment, lesson, measured, run, stateOf } from "./lesson.js";

test("what came out is taken from runs here, else from the record, else from the lecture", () => {
  const [first] = stateOf().answer.lessons;
  const lecture = outcome(stateOf(), first);
  assert.deepEqual([lecture?.from, lecture?.right.text], ["lecture", "low"]);

  const record = stateOf();
  record.answer.experiments[1] = experiment("1", 0.1, 100, [measured(1, 0.4), measured(2, 0.6)]);
  assert.deepEqual(outcome(record, first)?.value, 0.5);
  assert.deepEqual(outcome(record, first)?.from, "record");

  record.runs = { 1: [run()] };
  assert.deepEqual(
    [outcome(record, first)?.from, outcome(record, first)?.right.text],
    ["runs", "high"],
  );
});

test("a gain is against the partner, and not known without it", () => {
  const [, second] = stateOf().answer.lessons;
  const figures = { 1: { test: 0.5 }, 2: { test: 0.75 } };
  const of = (/** @type {any} */ all) => (/** @type {string} */ name) => all[name] ?? null;
  assert.equal(value(second, of(figures)), 0.25);
  assert.equal(value(second, of({ 2: { test: 0.75 } })), null);
  const slower = lesson("2", { partner: "1", measure: "slower" });
  assert.equal(value(slower, of({ 1: { seconds: 2 }, 2: { seconds: 30 } })), 15);
});

test("the course is our run's, else the mean of what was recorded", () => {
  const state = stateOf();
  state.answer.experiments[1] = experiment("1", 0.1, 100, [measured(1, 0.4), measured(2, 0.6)]);
  assert.deepEqual(courseOf(state, "1"), [0.1, 0.5]);
  state.runs = { 1: [run()] };
  state.courses.set("run-1", { accuracy: [0.2, 0.3, 0.4], seconds: [1, 3, 2] });
  assert.deepEqual(courseOf(state, "1"), [0.2, 0.3, 0.4]);
  assert.equal(ours(state, "1")?.seconds, 2);
});

test("a network that gives one answer to everything is found out", () => {
  assert.equal(onlyAnswer([0, 1000, 0, 0, 0, 0, 0, 0, 0, 0]), 1);
  assert.equal(onlyAnswer([5, 990, 5, 0, 0, 0, 0, 0, 0, 0]), null);
  const state = stateOf();
  state.answer.experiments[1] = experiment("1", 0.1, 100, [measured(1, 0.1)]);
  assert.equal(stuckOn(state, "1"), 1);
  assert.equal(stuckOn(state, "3"), null);
  const seven = { ...measured(2, 0.1), answers: [0, 0, 0, 0, 0, 0, 0, 100, 0, 0] };
  state.answer.experiments[1] = experiment("1", 0.1, 100, [measured(1, 0.1), seven]);
  assert.equal(stuckOn(state, "1"), ANY);
  const several = { ...seven, answers: [50, 0, 0, 0, 0, 0, 0, 50, 0, 0] };
  state.answer.experiments[1] = experiment("1", 0.1, 100, [measured(1, 0.1), several]);
  assert.equal(stuckOn(state, "1"), null);
  assert.equal(stuckWords(ANY), "It predicts the same digit for every image.");
  assert.equal(stuckWords(1), "It predicts 1 for every image.");
  assert.equal(stuckWords(null), "");
});

test("only what differs is shown of a comparison", () => {
  const fact = (/** @type {string} */ name, /** @type {string} */ value, usual = false) => ({
    name,
    label: name,
    value,
    usual,
  });
  const own = [fact("loss", "b"), fact("batch", "100"), fact("noise", "none", true)];
  const partner = [fact("loss", "a"), fact("batch", "100"), fact("noise", "none", true)];
  assert.deepEqual(compared(own, partner).changed, [{ label: "loss", value: "b", before: "a" }]);
  assert.deepEqual(
    compared(own, partner).same.map(({ name }) => name),
    ["batch", "noise"],
  );
  assert.deepEqual(
    compared(own, null).changed.map(({ label }) => label),
    ["loss", "batch"],
  );
});

test("a curve breaks where nothing is known, and its ends are written below", () => {
  const same = (/** @type {number} */ value) => value;
  assert.equal(pathOf([0, 1, null, 1], same, same), "M1.0 0.0L2.0 1.0M4.0 1.0");
  assert.deepEqual(ticks(20), [1, 5, 10, 15, 20]);
  assert.deepEqual(ticks(3), [1, 2, 3]);
  assert.deepEqual(ticks(2), [1, 2]);
});

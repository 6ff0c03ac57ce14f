// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { outcome } from "../../static/js/lessons/results.js";
import { progressWords, runWords, verdictWords } from "../../static/js/lessons/words.js";
import { run, stateOf } from "./lesson.js";

test("words tell how a run goes on, but not how it ended before the guess", () => {
  const waiting = run({ status: "queued", queue_position: 2, wait_seconds: 45 });
  assert.equal(progressWords(waiting), "place 2 in the queue, starts in about 50 s");
  const going = run({ status: "running", epoch: 3, eta_seconds: 100 });
  assert.equal(progressWords(going), "epoch 3 of 20 · about 2 min left");
  assert.equal(progressWords(run()), "test accuracy 85.00%");
  assert.equal(progressWords(run(), false), "already run");
  assert.equal(progressWords(run({ diverged: true })), "diverged · already run");
});

test("the button says what it will train", () => {
  const [first, second] = stateOf().answer.lessons;
  assert.equal(runWords(stateOf(), first), "Run it");
  assert.equal(runWords(stateOf(), second), "Run both");
  assert.equal(runWords(stateOf({ runs: { 1: [run()] } }), second), "Run it");
  assert.equal(runWords(stateOf({ runs: { 1: [run()], 2: [run()] } }), second), "Run again");
});

test("a verdict names what came out", () => {
  const [first] = stateOf().answer.lessons;
  const found = /** @type {any} */ (outcome(stateOf(), first));
  assert.equal(verdictWords(first, found, 0), "You guessed right. In the lecture: low (11.35%).");
  assert.match(verdictWords(first, found, 2), /^You guessed differently\./);
  assert.equal(verdictWords(first, found, undefined), "In the lecture: low (11.35%).");
});

// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  createAsker,
  forget,
  isWaiting,
  resume,
  settle,
  want,
} from "../../static/js/write/asker.js";

/** @typedef {import("../../static/js/write/asker.js").Asker<string>} Asker */

test("one question under way, the newest waits", () => {
  const asker = /** @type {Asker} */ (createAsker());
  assert.equal(want(asker, "a"), "a");
  assert.equal(want(asker, "b"), null);
  assert.equal(want(asker, "c"), null);
  assert.deepEqual(settle(asker), { wanted: true, next: "c" });
  assert.equal(isWaiting(asker), true);
  assert.deepEqual(settle(asker), { wanted: true, next: null });
  assert.equal(isWaiting(asker), false);
});

test("the last question always gets its answer", () => {
  const asker = /** @type {Asker} */ (createAsker());
  /** @type {string[]} */
  const answered = [];
  let asked = want(asker, "0");
  for (let n = 1; n <= 100; n += 1) {
    asked = want(asker, String(n)) ?? asked;
    if (n % 7) continue;
    if (asked) answered.push(asked);
    asked = settle(asker).next;
  }
  while (asked) {
    answered.push(asked);
    asked = settle(asker).next;
  }
  assert.equal(answered.at(-1), "100");
  assert.ok(answered.length < 20);
});

test("what is forgotten is not shown, and what is wanted after it is", () => {
  const asker = /** @type {Asker} */ (createAsker());
  want(asker, "old");
  want(asker, "older ink");
  forget(asker);
  assert.equal(isWaiting(asker), false);
  want(asker, "new");
  assert.equal(isWaiting(asker), true);
  assert.deepEqual(settle(asker), { wanted: false, next: "new" });
  assert.deepEqual(settle(asker), { wanted: true, next: null });
});

test("forgetting with nothing under way changes nothing", () => {
  const asker = /** @type {Asker} */ (createAsker());
  forget(asker);
  assert.equal(want(asker, "a"), "a");
  assert.equal(settle(asker).wanted, true);
});

test("after a refusal for now the newest question is sent, or the same again", () => {
  const asker = /** @type {Asker} */ (createAsker());
  want(asker, "a");
  assert.equal(resume(asker), "a");
  assert.equal(want(asker, "b"), null, "the wait counts as under way");
  want(asker, "c");
  assert.equal(resume(asker), "c");
  assert.deepEqual(settle(asker), { wanted: true, next: null });
});

test("what was forgotten during the wait is not sent", () => {
  const asker = /** @type {Asker} */ (createAsker());
  want(asker, "a");
  forget(asker);
  assert.equal(resume(asker), null);
  assert.equal(want(asker, "b"), "b");
});

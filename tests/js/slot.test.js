// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { createSlot, forget, isWaiting, resume, settle, want } from "../../static/js/write/slot.js";

/** @typedef {import("../../static/js/write/slot.js").RequestSlot<string>} RequestSlot */

test("one question under way, the newest waits", () => {
  const slot = /** @type {RequestSlot} */ (createSlot());
  assert.equal(want(slot, "a"), "a");
  assert.equal(want(slot, "b"), null);
  assert.equal(want(slot, "c"), null);
  assert.deepEqual(settle(slot), { wanted: true, next: "c" });
  assert.equal(isWaiting(slot), true);
  assert.deepEqual(settle(slot), { wanted: true, next: null });
  assert.equal(isWaiting(slot), false);
});

test("the last question always gets its answer", () => {
  const slot = /** @type {RequestSlot} */ (createSlot());
  /** @type {string[]} */
  const answered = [];
  let asked = want(slot, "0");
  for (let n = 1; n <= 100; n += 1) {
    asked = want(slot, String(n)) ?? asked;
    if (n % 7) continue;
    if (asked) answered.push(asked);
    asked = settle(slot).next;
  }
  while (asked) {
    answered.push(asked);
    asked = settle(slot).next;
  }
  assert.equal(answered.at(-1), "100");
  assert.ok(answered.length < 20);
});

test("what is forgotten is not shown, and what is wanted after it is", () => {
  const slot = /** @type {RequestSlot} */ (createSlot());
  want(slot, "old");
  want(slot, "older ink");
  forget(slot);
  assert.equal(isWaiting(slot), false);
  want(slot, "new");
  assert.equal(isWaiting(slot), true);
  assert.deepEqual(settle(slot), { wanted: false, next: "new" });
  assert.deepEqual(settle(slot), { wanted: true, next: null });
});

test("forgetting with nothing under way changes nothing", () => {
  const slot = /** @type {RequestSlot} */ (createSlot());
  forget(slot);
  assert.equal(want(slot, "a"), "a");
  assert.equal(settle(slot).wanted, true);
});

test("after a refusal for now the newest question is sent, or the same again", () => {
  const slot = /** @type {RequestSlot} */ (createSlot());
  want(slot, "a");
  assert.equal(resume(slot), "a");
  assert.equal(want(slot, "b"), null, "the wait counts as under way");
  want(slot, "c");
  assert.equal(resume(slot), "c");
  assert.deepEqual(settle(slot), { wanted: true, next: null });
});

test("what was forgotten during the wait is not sent", () => {
  const slot = /** @type {RequestSlot} */ (createSlot());
  want(slot, "a");
  forget(slot);
  assert.equal(resume(slot), null);
  assert.equal(want(slot, "b"), "b");
});

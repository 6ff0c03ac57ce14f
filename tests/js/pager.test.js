// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { PAGE, pageOf } from "../../static/js/pager.js";

test("the newest page follows the run", () => {
  assert.deepEqual(pageOf(10, null), { from: 1, to: 10 });
  assert.deepEqual(pageOf(PAGE + 7, null), { from: 8, to: PAGE + 7 });
  assert.deepEqual(pageOf(0, null), { from: 1, to: 0 });
});

test("an older page stays where it is, and the oldest is a whole one", () => {
  assert.deepEqual(pageOf(10_000, 200), { from: 151, to: 200 });
  assert.deepEqual(pageOf(10_001, 200), { from: 151, to: 200 });
  assert.deepEqual(pageOf(10_000, 1), { from: 1, to: PAGE });
  assert.deepEqual(pageOf(30, 1), { from: 1, to: 30 });
  assert.deepEqual(pageOf(60, 500), { from: 11, to: 60 });
});

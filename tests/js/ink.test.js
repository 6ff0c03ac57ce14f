// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  MOST_DOTS,
  MOST_STROKES,
  clear,
  copy,
  createInk,
  isEmpty,
  lift,
  moveTo,
  putDown,
  undo,
} from "../../static/js/write/ink.js";

test("a stroke from down to lift", () => {
  const ink = createInk();
  assert.equal(isEmpty(ink), true);
  assert.equal(putDown(ink, 10, 10), true);
  assert.equal(moveTo(ink, 20.04, 10), true);
  lift(ink);
  assert.equal(moveTo(ink, 30, 10), false, "a lifted pen leaves no ink");
  assert.deepEqual(ink.strokes, [
    [
      [10, 10],
      [20, 10],
    ],
  ]);
});

test("dots too near say nothing", () => {
  const ink = createInk();
  putDown(ink, 10, 10);
  assert.equal(moveTo(ink, 10.3, 10.3), false);
  assert.equal(ink.strokes[0].length, 1);
});

test("undo takes the last stroke, also under the pen", () => {
  const ink = createInk();
  putDown(ink, 1, 1);
  lift(ink);
  putDown(ink, 9, 9);
  assert.equal(undo(ink), true);
  assert.equal(ink.down, false);
  assert.equal(moveTo(ink, 50, 50), false);
  assert.deepEqual(ink.strokes, [[[1, 1]]]);
  assert.equal(undo(ink), true);
  assert.equal(undo(ink), false);
});

test("clear takes all, once", () => {
  const ink = createInk();
  putDown(ink, 1, 1);
  const before = ink.version;
  assert.equal(clear(ink), true);
  assert.ok(ink.version > before);
  assert.equal(clear(ink), false);
  assert.equal(isEmpty(ink), true);
});

test("a copy does not grow with the ink", () => {
  const ink = createInk();
  putDown(ink, 1, 1);
  const sent = copy(ink);
  moveTo(ink, 9, 9);
  assert.deepEqual(sent, [[[1, 1]]]);
});

test("no more than the server takes", () => {
  const ink = createInk();
  for (let n = 0; n < MOST_STROKES; n += 1) assert.equal(putDown(ink, n, n), true);
  assert.equal(putDown(ink, 0, 0), false);
  for (let n = 0; n < MOST_DOTS + 50; n += 1) moveTo(ink, n % 2 ? 100 : 0, 0);
  assert.ok(ink.strokes.flat().length <= MOST_DOTS);
});

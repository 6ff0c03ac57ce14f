// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { createLog, noteSeq, isBehind, take } from "../../static/js/eventlog.js";

/** @param {...number} seqs @returns {any[]} */
const events = (...seqs) => seqs.map((seq) => ({ seq, run_id: "r", type: "batch" }));

/** @param {any[]} list */
const seqs = (list) => list.map((event) => event.seq);

test("hands on what comes in order", () => {
  const log = createLog();
  assert.deepEqual(seqs(take(log, events(1, 2))), [1, 2]);
  assert.deepEqual(seqs(take(log, events(3))), [3]);
  assert.equal(isBehind(log), false);
});

test("drops what it knows", () => {
  const log = createLog(5);
  assert.deepEqual(seqs(take(log, events(4, 5, 6, 6))), [6]);
  assert.deepEqual(seqs(take(log, events(6))), []);
});

test("holds what comes early, and tells of the gap", () => {
  const log = createLog();
  assert.deepEqual(seqs(take(log, events(1, 3, 4))), [1]);
  assert.equal(isBehind(log), true);
  assert.deepEqual(seqs(take(log, events(2))), [2, 3, 4]);
  assert.equal(isBehind(log), false);
  assert.equal(log.held.size, 0);
});

test("is behind when more is known to exist than came", () => {
  const log = createLog();
  noteSeq(log, 2500);
  assert.equal(isBehind(log), true);
  take(log, events(...Array.from({ length: 2500 }, (_, n) => n + 1)));
  assert.equal(isBehind(log), false);
});

test("any order, any repetition: each event once and in order", () => {
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 50; round += 1) {
    const all = Array.from({ length: 40 }, (_, n) => n + 1);
    const stream = [...all, ...all].sort(() => random() - 0.5);
    const log = createLog();
    const got = stream.flatMap((seq) => seqs(take(log, events(seq))));
    assert.deepEqual(got, all);
    assert.equal(isBehind(log), false);
  }
});

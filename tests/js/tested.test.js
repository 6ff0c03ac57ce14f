// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { chosenEpoch, momentOf, testableEpoch, testedEpoch } from "../../static/js/moment.js";
import { itemsOf, mistakes, mistakesBy } from "../../static/js/insight/tested.js";
import { createHistory } from "../../static/js/watch/history.js";

const TESTED = {
  epoch: 3,
  truth: [4, 4, 9, 9, 4, 0],
  answer: [9, 4, 4, 9, 9, 6],
  confidence: [0.5, 0.9, 0.8, 0.99, 0.95, 0.8],
};

/** @param {{truth?: number | null, answer?: number | null}} wanted */
const found = ({ truth = null, answer = null }) =>
  itemsOf(TESTED, mistakes({ truth, answer })).map(({ index }) => index);

test("mistakes come most confident first, equals in the order of the data", () => {
  assert.deepEqual(found({}), [4, 2, 5, 0]);
  assert.deepEqual(itemsOf(TESTED, mistakes({ truth: null, answer: null }))[0], {
    index: 4,
    truth: 4,
    answer: 9,
    confidence: 0.95,
  });
});

test("mistakes can be of one true digit, one answer, or both", () => {
  assert.deepEqual(found({ truth: 4 }), [4, 0]);
  assert.deepEqual(found({ answer: 4 }), [2]);
  assert.deepEqual(found({ truth: 4, answer: 9 }), [4, 0]);
  assert.deepEqual(found({ truth: 4, answer: 4 }), [], "that is none");
});

test("each choice says how many there are with the other one as it is", () => {
  const all = mistakesBy(TESTED, { truth: null, answer: null });
  assert.deepEqual(all.truth, [1, 0, 0, 0, 2, 0, 0, 0, 0, 1]);
  assert.deepEqual(all.answer, [0, 0, 0, 0, 1, 0, 1, 0, 0, 2]);
  const some = mistakesBy(TESTED, { truth: 4, answer: null });
  assert.deepEqual(some.truth, all.truth);
  assert.deepEqual(some.answer, [0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
});

test("an image that is right can be wanted, too", () => {
  const right = itemsOf(TESTED, (truth, answer) => truth === 9 && answer === 9);
  assert.deepEqual(
    right.map(({ index }) => index),
    [3],
  );
});

test("ten thousand mistakes are sorted while nobody notices", () => {
  const n = 10_000;
  const many = {
    epoch: 0,
    truth: Array(n).fill(1),
    answer: Array(n).fill(7),
    confidence: Array.from({ length: n }, (_nothing, index) => ((index * 7919) % n) / n),
  };
  const items = itemsOf(many, mistakes({ truth: null, answer: null }));
  assert.equal(items.length, n);
  assert.ok(items.every((item, at) => !at || items[at - 1].confidence >= item.confidence));
});

const KEPT = [0, 3, 5, 6, 7].map((epoch) => ({
  epoch,
  best: epoch === 5,
  lasting: epoch !== 6 && epoch !== 7,
}));

/** @param {Record<string, any>} run @param {Record<string, any>} [more] */
const watching = (run, more = {}) =>
  /** @type {any} */ ({
    run: { status: "running", epoch: 7, attempt: 1, best: { epoch: 5 }, ...run },
    history: createHistory(),
    epoch: "newest",
    tested: null,
    kept: KEPT,
    ...more,
  });

test("while a run trains it is tested only on request", () => {
  assert.equal(testedEpoch(watching({})), null);
  assert.equal(testedEpoch(watching({}, { tested: 5 })), 5);
  assert.equal(testableEpoch(watching({})), 5, "6 and 7 may be gone before they are tested");
  assert.equal(testableEpoch(watching({}, { tested: 5 })), null, "it is shown");
  assert.equal(testableEpoch(watching({}, { tested: 3 })), 5);
  assert.equal(testableEpoch(watching({}, { epoch: "best" })), 5);
  assert.equal(testableEpoch(watching({}, { epoch: 3 })), 3);
  assert.equal(testableEpoch(watching({}, { kept: KEPT.slice(0, 1) })), null);
  assert.equal(testableEpoch(watching({}, { kept: [] })), null);
});

test("a run that is over is tested by itself, if it has a model", () => {
  assert.equal(testedEpoch(watching({ status: "finished" }, { tested: 3 })), "newest");
  assert.equal(testedEpoch(watching({ status: "stopped" }, { epoch: "best" })), "best");
  assert.equal(testedEpoch(watching({ status: "failed", epoch: 0 })), null);
  assert.equal(testableEpoch(watching({ status: "finished" })), null);
});

test("which weights are meant", () => {
  const run = watching({}).run;
  assert.deepEqual(chosenEpoch("newest"), {});
  assert.deepEqual(chosenEpoch(0), { epoch: 0 });
  const later = { ...run, epoch: 8 };
  assert.notEqual(momentOf(run, "newest"), momentOf(later, "newest"));
  assert.equal(momentOf(run, "best"), momentOf(later, "best"));
  assert.equal(momentOf(run, 3), momentOf(later, 3));
});

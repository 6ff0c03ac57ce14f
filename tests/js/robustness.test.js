// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { across, pathOf, placeUnder } from "../../static/js/insight/robustness/curve.js";
import { KINDS, nearestTo } from "../../static/js/insight/robustness/distorted.js";
import {
  answeredAt,
  curvesOf,
  placeOf,
  thresholdAt,
} from "../../static/js/insight/robustness/sure.js";

const TESTED = {
  epoch: 1,
  truth: [1, 2, 3, 4, 5],
  answer: [1, 2, 3, 9, 9],
  confidence: [0.999, 0.95, 0.6, 0.7, 0.9],
};

test("a threshold by hand", () => {
  assert.deepEqual(answeredAt(TESTED, 0), { answered: 1, right: 0.6 });
  assert.deepEqual(answeredAt(TESTED, 0.7), { answered: 0.8, right: 0.5 });
  assert.deepEqual(answeredAt(TESTED, 0.9), { answered: 0.6, right: 2 / 3 });
  assert.deepEqual(answeredAt(TESTED, 0.95), { answered: 0.4, right: 1 });
  assert.deepEqual(answeredAt(TESTED, 0.9999), { answered: 0, right: null });
});

test("the axis is stretched towards 1, and back", () => {
  assert.equal(thresholdAt(0), 0);
  assert.ok(Math.abs(thresholdAt(1 / 3) - 0.9) < 1e-12);
  assert.ok(Math.abs(thresholdAt(1) - 0.999) < 1e-12);
  for (const threshold of [0, 0.5, 0.99]) {
    assert.ok(Math.abs(thresholdAt(placeOf(threshold)) - threshold) < 1e-12);
  }
});

test("curves go from all answers to the surest", () => {
  const { places, answered, right } = curvesOf(TESTED, 3);
  assert.deepEqual(places, [0, 1 / 3, 2 / 3, 1]);
  assert.deepEqual([answered[0], answered[3]], [1, 0.2]);
  assert.deepEqual([right[0], right[3]], [0.6, 1]);
});

test("a line has a gap where nothing is known", () => {
  assert.equal(pathOf({ kind: "", x: [0, 0.5, 1], y: [1, null, 0] }).match(/M/g)?.length, 2);
  assert.equal(pathOf({ kind: "", x: [0, 0.5, 1], y: [1, 0.5, 0] }).match(/M/g)?.length, 1);
});

test("a pointer finds the nearest strength", () => {
  assert.ok(Math.abs(placeUnder(across(0.25) / 320) - 0.25) < 1e-12);
  assert.equal(nearestTo([0, 0.5, 1], 0.7), 1);
  assert.equal(nearestTo([0, 0.5, 1], 9), 2);
});

test("strengths with a direction have a sign", () => {
  assert.deepEqual([-45, 0, 45].map(KINDS.rotation.unit), ["−45°", "0°", "+45°"]);
  assert.equal(KINDS.noise.unit(0.5), "0.5");
});

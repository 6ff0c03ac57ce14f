// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  byDigit,
  floatsOf,
  lastHidden,
  nearest,
  placesOf,
  shownOf,
  stepTo,
} from "../../static/js/insight/map/points.js";
import { layerName, note, rowsOf } from "../../static/js/insight/map/words.js";

const floats = (/** @type {number[]} */ values) => new Float32Array(values);

/** @param {Partial<import("../../static/js/insight/map/points.js").MapView>} [parts] */
const viewOf = (parts) =>
  /** @type {import("../../static/js/insight/map/points.js").MapView} */ ({
    epoch: 3,
    index: [0, 1, 2, 3],
    of: 4,
    truth: [7, 0, 7, 0],
    answer: [7, 7, 7, 0],
    purity: [1, 0.5, 0.5, 0.2],
    explained: [0.25, 0.125],
    ...parts,
  });

const ALL = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

test("base64 becomes numbers", () => {
  const text = Buffer.from(floats([1.5, -2]).buffer).toString("base64");
  assert.deepEqual([...floatsOf(text)], [1.5, -2]);
});

test("both axes have one scale, y goes up, and the points are in the middle", () => {
  const field = { width: 120, height: 70, margin: 10 };
  const { x, y } = placesOf(floats([0, 4]), floats([0, 1]), field);
  assert.deepEqual([...x], [10, 110]);
  assert.deepEqual([...y], [47.5, 22.5]);
  const one = placesOf(floats([5, 5]), floats([3, 3]), field);
  assert.deepEqual([one.x[0], one.y[0]], [60, 35]);
});

test("wrong ones are drawn last, and may be shown alone", () => {
  assert.deepEqual(shownOf(viewOf(), { digits: ALL, wrongOnly: false }), [0, 2, 3, 1]);
  assert.deepEqual(shownOf(viewOf(), { digits: ALL, wrongOnly: true }), [1]);
  assert.deepEqual(shownOf(viewOf(), { digits: new Set([7]), wrongOnly: false }), [0, 2]);
});

const CROSS = { x: floats([50, 80, 20, 50, 50, 58]), y: floats([50, 52, 48, 90, 10, 80]) };

test("the nearest shown point is meant, if it is near", () => {
  assert.equal(nearest(CROSS, [0, 1, 2], 52, 50, 24), 0);
  assert.equal(nearest(CROSS, [1, 2], 52, 50, 24), -1);
});

test("an arrow leads to the nearest point on its side", () => {
  const shown = [0, 1, 2, 3, 4, 5];
  const step = (/** @type {string} */ key, from = 0) => stepTo(CROSS, shown, from, key);
  assert.equal(step("ArrowRight"), 1);
  assert.equal(step("ArrowLeft"), 2);
  assert.equal(step("ArrowDown"), 5);
  assert.equal(step("ArrowUp"), 4);
  assert.equal(step("ArrowRight", 1), 1, "there is nothing further");
  assert.equal(step("ArrowLeft", -1), 0);
  assert.equal(step("End"), 5);
  assert.equal(step("Enter"), null);
  assert.equal(stepTo(CROSS, [], -1, "Home"), null);
});

test("the table counts each digit", () => {
  const digits = byDigit(viewOf());
  assert.deepEqual(digits[7], { images: 2, wrong: 0, purity: 0.75 });
  assert.deepEqual(digits[0], { images: 2, wrong: 1, purity: 0.35 });
  assert.deepEqual(digits[4], { images: 0, wrong: 0, purity: null });
  assert.deepEqual(rowsOf(viewOf()).at(-1), ["All", "4", "1", "55.0%"]);
});

test("the words say what is seen", () => {
  assert.equal(layerName({ type: null, shape: [28, 28, 1] }, 0), "Pixels (28 × 28 × 1)");
  assert.equal(layerName({ type: "Dense" }, 2), "2 · Dense");
  const run = (/** @type {number} */ noise, source = "trained") =>
    /** @type {any} */ ({ source, config: { dataset: { test_noise: noise } } });
  assert.match(note(run(0), viewOf()), /^After epoch 3: 4 test images\. .*37\.5%/);
  const some = viewOf({ of: 9, explained: null });
  assert.match(note(run(0.5, "imported"), some), /^4 of the 9 test images.*noise/);
});

test("the map begins with what the last layer decides by", () => {
  const layers = ["Flatten", "Dense", "Dense", "Activation"].map((type) => ({ type }));
  assert.equal(lastHidden(layers), 2);
  assert.equal(lastHidden([{ type: "Flatten" }]), 0);
});

// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { createDrawing } from "../../static/js/drawing.js";
import { binAt, heatOf, medianOf, usedBins } from "../../static/js/insight/inside/heat.js";
import { linesOf, pointsOf } from "../../static/js/insight/inside/idle.js";
import { createPace, PACE_MS } from "../../static/js/insight/inside/pace.js";
import { stepIn } from "../../static/js/insight/inside/raster.js";
import {
  colorAt,
  colored,
  laidOut,
  mosaicOf,
  overlaid,
  paletteOf,
  signedBytesOf,
  STEPS,
} from "../../static/js/insight/inside/signed.js";
import { leastSide } from "../../static/js/insight/inside/tiles.js";
import { layerName, shareOf, short } from "../../static/js/insight/inside/words.js";

const [WHITE, BLUE, ORANGE] = [
  [255, 255, 255],
  [0, 101, 160],
  [192, 74, 0],
];
const palette = paletteOf(WHITE, BLUE, ORANGE);

test("bytes come with their signs", () => {
  const text = Buffer.from([0, 1, 127, 129, 255]).toString("base64");
  assert.deepEqual([...signedBytesOf(text)], [0, 1, 127, -127, -1]);
});

test("0 is the sheet, above is blue, below is orange, and beyond is no more", () => {
  const rgba = colored([0, 1, -1, 3, 0.5], 1, palette);
  const at = (/** @type {number} */ n) => [...rgba.subarray(4 * n, 4 * n + 4)];
  assert.deepEqual(at(0), [...WHITE, 255]);
  assert.deepEqual(at(1), [...BLUE, 255]);
  assert.deepEqual(at(2), [...ORANGE, 255]);
  assert.deepEqual(at(3), at(1));
  assert.ok(at(4)[0] > 120 && at(4)[0] < 135);
  assert.equal(colorAt(-1), 0);
  assert.equal(colorAt(1), palette.length - 4);
});

test("channels lie beside each other, a transparent column apart", () => {
  const mosaic = mosaicOf(3, 2, 1);
  assert.deepEqual([mosaic.width, mosaic.height], [5, 3]);
  const whole = laidOut(colored([1, 1, 1, 1, 1, 1], 1, palette), mosaic);
  const opaque = Array.from({ length: 15 }, (_nothing, n) => whole[4 * n + 3] / 255);
  assert.deepEqual(opaque, [1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0]);
});

test("one channel is the picture itself", () => {
  const mosaic = mosaicOf(1, 3, 2);
  const rgba = colored([0, 1, -1, 0.5, 0, 0], 1, palette);
  assert.deepEqual(laidOut(rgba, mosaic), rgba);
});

test("what spoke lies over the faint ink", () => {
  const colors = { zero: WHITE, ink: [0, 0, 0], above: BLUE, below: ORANGE };
  const rgba = overlaid([0, 255, 255, 255], [0, 0, STEPS, -STEPS], colors);
  assert.deepEqual([...rgba.subarray(0, 3)], WHITE);
  assert.ok(rgba[4] < 220 && rgba[4] > 150, "ink that did not speak is faint");
  assert.deepEqual([...rgba.subarray(8, 11)], BLUE);
  assert.deepEqual([...rgba.subarray(12, 15)], ORANGE);
});

test("a histogram is a column, its highest bin on top, its fullest blue", () => {
  const heat = heatOf(
    [
      [0, 1],
      [0.25, 0],
    ],
    palette,
  );
  assert.deepEqual([heat.width, heat.height], [2, 2]);
  const at = (/** @type {number} */ n) => [...heat.rgba.subarray(4 * n, 4 * n + 3)];
  assert.deepEqual(at(0), BLUE);
  assert.deepEqual(at(1), WHITE);
  assert.deepEqual(at(2), WHITE);
  assert.ok(at(3)[0] > 120 && at(3)[0] < 135, "the root of a quarter is a half");
  assert.deepEqual(heatOf([], palette).width, 0);
});

test("bins have edges, a median and rows that are used", () => {
  assert.deepEqual(binAt(0, 4, -2, 2), { from: 1, to: 2 });
  assert.deepEqual(binAt(3, 4, -2, 2), { from: -2, to: -1 });
  assert.equal(medianOf([0, 1, 0, 0], 0, 4), 1.5);
  assert.equal(medianOf([0.25, 0.25, 0.5, 0], 0, 4), 2);
  assert.equal(medianOf([0, 0], 0, 4), null);
  const rows = [
    [0, 0, 0.5, 0, 0],
    [0, 0, 0, 0.3, 0.0001],
  ];
  assert.deepEqual(usedBins(rows), { from: 2, to: 4 });
  assert.deepEqual(usedBins([[0, 0, 0]]), { from: 0, to: 3 }, "all are shown of nothing");
});

/** @param {number} epoch @param {string} [id] */
const runAt = (epoch, id = "r1") =>
  /** @type {any} */ ({ id, attempt: 1, epoch, status: "running" });

test("views follow a run at a pace, and only when the last has come", () => {
  let now = 0;
  /** @type {{act: () => void, ms: number}[]} */
  const timers = [];
  let rendered = 0;
  const pace = createPace(() => (rendered += 1), {
    now: () => now,
    later: (act, ms) => timers.push({ act, ms }),
  });
  assert.equal(pace.of(runAt(1), true), "1 1 false");
  now = 1000;
  assert.equal(pace.of(runAt(2), true), "1 1 false", "too early");
  assert.equal(pace.of(runAt(3), true), "1 1 false");
  assert.deepEqual(
    timers.map((timer) => timer.ms),
    [PACE_MS - 1000],
    "one timer wakes",
  );
  now = PACE_MS + 1;
  assert.equal(pace.of(runAt(4), false), "1 1 false", "the last one is still being computed");
  timers[0].act();
  assert.equal(rendered, 1);
  assert.equal(pace.of(runAt(5), true), "1 5 false");
  assert.equal(pace.of(runAt(1, "r2"), false), "1 1 false", "another run is asked for at once");
});

test("arrow keys stay in the picture", () => {
  const size = { width: 3, height: 2 };
  assert.equal(stepIn(size, 0, "ArrowRight"), 1);
  assert.equal(stepIn(size, 2, "ArrowRight"), 2);
  assert.equal(stepIn(size, 1, "ArrowDown"), 4);
  assert.equal(stepIn(size, 4, "ArrowUp"), 1);
  assert.equal(stepIn(size, 4, "Home"), 3);
  assert.equal(stepIn(size, 3, "End"), 5);
  assert.equal(stepIn(size, 3, "a"), null);
});

test("lines are of what can die or saturate; epochs keep their distances", () => {
  const of = (/** @type {string} */ activation, /** @type {any} */ shares) => ({
    number: 2,
    type: "Dense",
    activation,
    dead: [null, null],
    saturated: [null, null],
    active: [1, 1],
    ...shares,
  });
  const layers = [
    of("relu", { dead: [0, 0.5] }),
    of("tanh", { saturated: [0, 1] }),
    of("gelu", {}),
  ];
  const lines = linesOf({ epoch: 1, images: 10, epochs: [0, 1], layers });
  assert.deepEqual(
    lines.map((line) => [line.kind, line.name]),
    [
      ["dead", "2 · Dense, relu"],
      ["saturated", "2 · Dense, tanh"],
    ],
  );
  assert.equal(pointsOf([0, 1, 4], [0, 0.5, 1], 100, 10), "0.0,10.0 25.0,5.0 100.0,0.0");
  assert.equal(pointsOf([3], [0.25], 100, 10), "50.0,7.5");
  assert.equal(pointsOf([0, 2], [null, 1], 100, 10), "100.0,0.0");
});

test("numbers are short whatever their size", () => {
  assert.deepEqual([0, 0.03125, -4.2123, 1.3e-9, 2e7].map(short), [
    "0",
    "0.0313",
    "-4.21",
    "1.3e-9",
    "2.0e+7",
  ]);
  assert.deepEqual([null, undefined, NaN].map(short), ["–", "–", "–"]);
  assert.deepEqual([0, 0.014, 0.5, null].map(shareOf), ["0%", "1.4%", "50%", "–"]);
});

test("layers are called by number, kind and activation", () => {
  const names = [
    { number: 2, type: "Dense", activation: "relu" },
    { number: 3, type: "Dense", activation: "linear" },
    { number: 4, type: "Activation", activation: "tanh" },
    { number: 5, type: "MaxPooling2D" },
  ].map(layerName);
  assert.deepEqual(names, ["2 · Dense, relu", "3 · Dense", "4 · tanh", "5 · MaxPooling2D"]);
});

test("thousands of units are small, a few can be seen", () => {
  const sides = [8192, 500, 64, 10].map((count) => leastSide({ count, width: 1, height: 1 }));
  assert.deepEqual(
    sides,
    [...sides].sort((a, b) => a - b),
  );
  assert.equal(leastSide({ count: 100, width: 28, height: 28 }), 56);
});

test("a drawing is published once", () => {
  const drawing = createDrawing();
  let calls = 0;
  drawing.subscribe(() => (calls += 1));
  drawing.set(null);
  assert.equal(calls, 0, "nothing has changed");
  drawing.set([[1]]);
  assert.deepEqual([calls, drawing.get()], [1, [[1]]]);
});

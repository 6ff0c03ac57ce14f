// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { LAYERS, codeOf, layerOf } from "../../static/js/data/layers.js";
import { inSight, layoutOf, scrollTo, stepOf, tileAt } from "../../static/js/tiles/layout.js";
import { bytesOf, rowsOf } from "../../static/js/pixels.js";
import { MOST, PAGE, createPages, pagesOf } from "../../static/js/tiles/pages.js";

const LAYOUT = layoutOf(60_000, 300, 40);

test("a row is filled, and the last one may be short", () => {
  const tile = 300 / 7;
  assert.deepEqual(LAYOUT, { columns: 7, rows: 8572, tile, pitch: tile, height: 8572 * tile });
  assert.equal(layoutOf(0, 300, 40).height, 0);
  assert.equal(layoutOf(3, 10, 40).columns, 1);
});

test("words below the tiles make the rows higher, not the tiles", () => {
  const layout = layoutOf(25, 400, 40, 30);
  assert.deepEqual([layout.tile, layout.pitch, layout.height], [40, 70, 210]);
  assert.deepEqual(inSight(layout, 25, 75, 60), { from: 10, to: 20 });
  assert.equal(tileAt(layout, 25, 45, 69), 1, "on its words");
  assert.equal(tileAt(layout, 25, 45, 71), 11);
  assert.equal(scrollTo(layout, 11, 0, 100), 40);
});

test("only tiles in sight are asked for", () => {
  const layout = layoutOf(100, 400, 40);
  assert.deepEqual(inSight(layout, 100, 0, 80), { from: 0, to: 20 });
  assert.deepEqual(inSight(layout, 100, 20, 80), { from: 0, to: 30 });
  assert.deepEqual(inSight(layout, 100, 380, 80), { from: 90, to: 100 });
  assert.deepEqual(inSight(layout, 100, 9000, 80), { from: 100, to: 100 });
  assert.deepEqual(inSight(layout, 0, 0, 80), { from: 0, to: 0 });
});

test("a point hits the tile under it", () => {
  const layout = layoutOf(25, 400, 40);
  assert.equal(tileAt(layout, 25, 0, 0), 0);
  assert.equal(tileAt(layout, 25, 399, 41), 19);
  assert.equal(tileAt(layout, 25, 399, 81), -1);
  assert.equal(tileAt(layout, 25, 400, 0), -1);
  assert.equal(tileAt(layout, 25, -1, 0), -1);
});

test("keys lead from tile to tile and stop at the ends", () => {
  const layout = layoutOf(25, 400, 40);
  const step = (/** @type {number} */ place, /** @type {string} */ key) =>
    stepOf(layout, 25, place, key, 2);
  assert.equal(step(0, "ArrowLeft"), 0);
  assert.equal(step(9, "ArrowRight"), 10);
  assert.equal(step(3, "ArrowDown"), 13);
  assert.equal(step(20, "ArrowDown"), 24);
  assert.equal(step(13, "PageUp"), 0);
  assert.equal(step(3, "End"), 24);
  assert.equal(step(3, "Home"), 0);
  assert.equal(step(3, "x"), null);
  assert.equal(stepOf(layout, 0, 0, "End", 2), null);
});

test("a tile is scrolled into sight, as little as may be", () => {
  const layout = layoutOf(100, 400, 40);
  assert.equal(scrollTo(layout, 35, 100, 100), 100);
  assert.equal(scrollTo(layout, 5, 100, 100), 0);
  assert.equal(scrollTo(layout, 95, 100, 100), 300);
});

test("the pages in sight come first, then the next one", () => {
  assert.deepEqual(pagesOf(0, 10, 1000), [0, 1]);
  assert.deepEqual(pagesOf(PAGE - 1, PAGE + 1, 1000), [0, 1, 2]);
  assert.deepEqual(pagesOf(990, 1000, 1000), [4, 3]);
  assert.deepEqual(pagesOf(5, 5, 1000), []);
});

/** Pages whose requests the test answers. */
function served() {
  /** @type {Map<number, {resolve: (page: string) => void, reject: (error: Error) => void}>} */
  const asked = new Map();
  let news = 0;
  const pages = createPages(
    (number) => new Promise((resolve, reject) => void asked.set(number, { resolve, reject })),
    () => void (news += 1),
  );
  const answer = async (/** @type {number} */ number) => {
    asked.get(number)?.resolve(`page ${number}`);
    asked.delete(number);
    await new Promise((done) => setImmediate(done));
  };
  return { pages, asked, answer, news: () => news };
}

test("a jump far down skips what lies between", async () => {
  const { pages, asked, answer } = served();
  pages.want(0, 3 * PAGE, 60_000);
  assert.deepEqual([...asked.keys()], [0, 1]);
  pages.want(50_000, 50_100, 60_000);
  assert.deepEqual([...asked.keys()], [0, 1]);
  await answer(0);
  assert.deepEqual([...asked.keys()], [1, 250]);
  assert.equal(pages.find(50_001), null);
  await answer(250);
  assert.deepEqual(pages.find(50_001), { page: "page 250", place: 1 });
  assert.deepEqual([...asked.keys()], [1, 251]);
});

test("nothing is asked for twice", async () => {
  const { pages, asked, answer, news } = served();
  pages.want(0, 1, PAGE);
  await answer(0);
  pages.want(0, 1, PAGE);
  pages.want(0, 2, PAGE);
  assert.equal(asked.size, 0);
  assert.equal(news(), 1);
});

test("pages not looked at for long are forgotten, those in sight never", async () => {
  const { pages, answer } = served();
  for (let number = 0; number < 2 * MOST; number += 1) {
    pages.want(number * PAGE, (number + 1) * PAGE, 2 * MOST * PAGE);
    for (const near of [number, number + 1, number - 1]) await answer(near);
    assert.notEqual(pages.find(number * PAGE), null);
  }
  assert.ok(pages.size() <= MOST, `${pages.size()} pages`);
  assert.equal(pages.find(0), null);
});

test("after a failure it waits to be told", async () => {
  const { pages, asked } = served();
  pages.want(0, 1, PAGE);
  asked.get(0)?.reject(new Error("gone"));
  asked.clear();
  await new Promise((done) => setImmediate(done));
  assert.equal(pages.problem()?.message, "gone");
  pages.want(0, 2, PAGE);
  assert.equal(asked.size, 0);
  pages.retry();
  assert.deepEqual([...asked.keys()], [0]);
});

test("pixels come as bytes and go as rows", () => {
  const image = bytesOf(btoa(String.fromCharCode(...Array(784).fill(0).with(29, 200))));
  assert.equal(image.length, 784);
  const rows = rowsOf(image);
  assert.deepEqual([rows.length, rows[1].length, rows[1][1], rows[0][1]], [28, 28, 200, 0]);
});

test("a layer of augmentation is told by one strength", () => {
  const [turn, shift, , noise] = LAYERS;
  assert.deepEqual(layerOf(shift, 0.1), {
    type: "RandomTranslation",
    height_factor: 0.1,
    width_factor: 0.1,
    fill_mode: "constant",
  });
  assert.equal(
    codeOf(turn, 0.03),
    'keras.layers.RandomRotation(factor=0.03, fill_mode="constant")',
  );
  assert.equal(codeOf(noise, 0.2), "keras.layers.GaussianNoise(stddev=0.2)");
  assert.equal(turn.words(0.25), "rotated by up to ±90°");
  for (const layer of LAYERS) assert.ok(layer.usual <= layer.most && layer.words(layer.usual));
});

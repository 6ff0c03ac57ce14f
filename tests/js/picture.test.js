// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { fileOf } from "../../static/js/write/images.js";
import {
  MOST_BYTES,
  MOST_SIDE,
  SENT_SIDE,
  goesAsItIs,
  sentSize,
} from "../../static/js/write/picture.js";

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d];

test("what the server reads goes as it is, by its content; all else is encoded anew", async () => {
  const small = { width: 28, height: 28 };
  const blob = (/** @type {number[]} */ bytes) => new Blob([new Uint8Array(bytes)]);
  assert.equal(await goesAsItIs(blob(PNG), small), true);
  assert.equal(await goesAsItIs(blob([0xff, 0xd8, 0xff, 0xe0]), small), true);
  assert.equal(await goesAsItIs(blob([0x47, 0x49, 0x46, 0x38]), small), false);
  assert.equal(await goesAsItIs(blob([]), small), false);
  assert.equal(await goesAsItIs(blob(PNG), { width: MOST_SIDE + 1, height: 1 }), false);
  const large = new Blob([new Uint8Array(PNG), new Uint8Array(MOST_BYTES)]);
  assert.equal(await goesAsItIs(large, small), false);
});

test("a picture is made smaller, never larger, and keeps a pixel each way", () => {
  assert.deepEqual(sentSize({ width: 8660, height: 5773 }), { width: SENT_SIDE, height: 683 });
  assert.deepEqual(sentSize({ width: 28, height: 30 }), { width: 28, height: 30 });
  assert.deepEqual(sentSize({ width: 30000, height: 2 }), { width: SENT_SIDE, height: 1 });
});

test("the first image is taken; another file is taken too, to be refused with a reason", () => {
  const [text, image] = [new File([], "a.txt"), new File([], "b.avif", { type: "image/avif" })];
  const transfer = (/** @type {File[]} */ files) => /** @type {any} */ ({ files });
  assert.equal(fileOf(transfer([text, image])), image);
  assert.equal(fileOf(transfer([text])), text);
  assert.equal(fileOf(null), undefined);
});

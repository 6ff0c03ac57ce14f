// @ts-check
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { createKeyed } from "../../static/js/keyed.js";

test("a list that is drawn no more listens to nothing", (t) => {
  const page = new EventTarget();
  globalThis.addEventListener = page.addEventListener.bind(page);
  t.after(() => void Reflect.deleteProperty(globalThis, "addEventListener"));
  const parent = new EventTarget();
  const list = createKeyed(/** @type {any} */ (parent));
  const heard = () => [
    ...["pointerdown", "keydown"].map((name) => getEventListeners(parent, name).length),
    ...["pointerup", "keyup", "blur"].map((name) => getEventListeners(page, name).length),
  ];
  assert.deepEqual(heard(), [1, 1, 1, 1, 1]);
  list.end();
  assert.deepEqual(heard(), [0, 0, 0, 0, 0]);
});

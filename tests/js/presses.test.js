// @ts-check
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { mock, test } from "node:test";
import { betweenPresses } from "../../static/js/presses.js";

/** A page and a place on it, as far as presses need them. @param {import("node:test").TestContext} t */
function somewhere(t) {
  const page = new EventTarget();
  const before = globalThis.addEventListener;
  globalThis.addEventListener = page.addEventListener.bind(page);
  t.after(() => void (globalThis.addEventListener = before));
  const place = /** @type {HTMLElement} */ (/** @type {unknown} */ (new EventTarget()));
  return { page, place };
}

test("what is drawn while something is pressed waits for the click, and only the newest is", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { page, place } = somewhere(t);
  const draw = mock.fn();
  const held = betweenPresses(place, draw);
  const drawn = () => draw.mock.calls.map((call) => call.arguments[0]);
  held.draw(1);
  place.dispatchEvent(Object.assign(new Event("pointerdown"), { button: 0 }));
  held.draw(2);
  held.draw(3);
  page.dispatchEvent(new Event("pointerup"));
  assert.deepEqual(drawn(), [1], "the click comes after the pointer is up");
  t.mock.timers.tick(1);
  assert.deepEqual(drawn(), [1, 3]);
});

test("after its end nothing listens and nothing is drawn", (t) => {
  const { page, place } = somewhere(t);
  const held = betweenPresses(place, () => {});
  const received = () => [
    ...["pointerdown", "keydown"].map((name) => getEventListeners(place, name).length),
    ...["pointerup", "keyup", "blur"].map((name) => getEventListeners(page, name).length),
  ];
  assert.deepEqual(received(), [1, 1, 1, 1, 1]);
  held.dispose();
  assert.deepEqual(received(), [0, 0, 0, 0, 0]);
});

// @ts-check
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { mock, test } from "node:test";
import { atMostEvery, oncePerFrame } from "../../static/js/dom.js";
import { createLifetime } from "../../static/js/lifetime.js";

/** Clocks that the test turns. @param {import("node:test").TestContext} t */
function clocks(t) {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  return t.mock.timers;
}

test("a lifetime's end stops its listeners, timers, observers and the parts that it owns", (t) => {
  const timers = clocks(t);
  const lifetime = createLifetime();
  const called = mock.fn();
  const ended = mock.fn();
  const page = new EventTarget();
  const observer = { observe: mock.fn(), disconnect: mock.fn() };
  page.addEventListener("resize", called, { signal: lifetime.signal });
  lifetime.later(called, 10);
  lifetime.timer().start(called, 10);
  lifetime.every(called, 10);
  lifetime.observe(/** @type {any} */ (observer), /** @type {any} */ ("element"));
  lifetime.own({ dispose: ended });
  lifetime.atEnd(ended);
  assert.deepEqual(observer.observe.mock.calls[0].arguments, ["element"]);
  lifetime.dispose();
  lifetime.dispose();
  page.dispatchEvent(new Event("resize"));
  timers.tick(100);
  const counts = [called, ended, observer.disconnect].map((one) => one.mock.callCount());
  assert.deepEqual(counts, [0, 2, 1]);
  assert.equal(getEventListeners(page, "resize").length, 0);
});

test("what comes after the end ends at once", (t) => {
  const timers = clocks(t);
  const lifetime = createLifetime();
  lifetime.dispose();
  const [called, ended] = [mock.fn(), mock.fn()];
  lifetime.own({ dispose: ended });
  lifetime.later(called, 10);
  lifetime.timer().start(called, 10);
  timers.tick(100);
  assert.deepEqual([called.mock.callCount(), ended.mock.callCount()], [0, 1]);
});

test("a timer that is started again begins anew, and one that is stopped is not called", (t) => {
  const timers = clocks(t);
  const timer = createLifetime().timer();
  const [first, second] = [mock.fn(), mock.fn()];
  timer.start(first, 10);
  timers.tick(9);
  timer.start(second, 10);
  timers.tick(9);
  assert.deepEqual([first.mock.callCount(), second.mock.callCount()], [0, 0]);
  timers.tick(1);
  timer.start(first, 10);
  timer.stop();
  timers.tick(100);
  assert.deepEqual([first.mock.callCount(), second.mock.callCount()], [0, 1]);
});

test("what was to be painted, or done soon, is not after the end", (t) => {
  const timers = clocks(t);
  /** @type {(() => void)[]} */
  const frames = [];
  const before = globalThis.requestAnimationFrame;
  globalThis.requestAnimationFrame = (act) => frames.push(() => act(0));
  t.after(() => void (globalThis.requestAnimationFrame = before));
  const lifetime = createLifetime();
  const [paint, act] = [mock.fn(), mock.fn()];
  const soon = atMostEvery(10, act, lifetime);
  soon();
  soon();
  oncePerFrame(paint, lifetime.signal)();
  lifetime.dispose();
  soon();
  frames.forEach((frame) => frame());
  timers.tick(100);
  assert.deepEqual([act.mock.callCount(), paint.mock.callCount()], [1, 0]);
});

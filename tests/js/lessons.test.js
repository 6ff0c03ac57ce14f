// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { actionOf } from "../../static/js/lessons/projector.js";
import { finished, hasSize, isOpen, shown, turn } from "../../static/js/lessons/state.js";
import { loadGuesses, loadSize, saveGuesses, saveSize } from "../../static/js/lessons/storage.js";
import { createStorage } from "../../static/js/storage.js";
import { fakeArea } from "./area.js";
import { PLACE, run, stateOf } from "./lesson.js";

test("a size can be had if its images are on this machine", () => {
  const { answer } = stateOf();
  assert.ok(hasSize(answer, "small"));
  for (const none of ["lecture", "nonsense", null]) assert.ok(!hasSize(answer, none));
});

test("a run under way is shown before one that finished, and that before a failed one", () => {
  const [failed, done, older] = [
    run({ status: "failed" }, 3),
    run({}, 2),
    run({ status: "running" }, 1),
  ];
  assert.equal(shown([failed, done]), done);
  assert.equal(shown([failed, done, older]), older);
  assert.equal(shown([failed]), failed);
  assert.equal(shown(), null);
  assert.equal(finished([failed, done]), done);
});

test("figures and moral open with a guess and a result, or at once on request", () => {
  const open = (/** @type {object} */ rest) => {
    const state = stateOf(rest);
    return isOpen(state, state.answer.lessons[1]); // the one compared with lesson 1's
  };
  const guesses = { 2: 0 };
  const done = { 1: [run()], 2: [run()] };
  assert.ok(!open({}));
  assert.ok(!open({ guesses }));
  assert.ok(!open({ runs: done }));
  assert.ok(!open({ guesses, runs: { 1: [run()], 2: [run({ status: "running" })] } }));
  assert.ok(open({ guesses, runs: done }));
  assert.ok(open({ guesses, runs: { ...done, 2: [run({ status: "running" }), run()] } }));
  assert.ok(open({ guesses, early: new Set([2]) }));
  assert.ok(!open({ early: new Set([2]) }));
});

test("on the projector a key opens them", () => {
  const place = { ...PLACE, projector: true };
  const open = (/** @type {object} */ rest) => {
    const state = stateOf({ place, ...rest });
    return isOpen(state, state.answer.lessons[0]);
  };
  assert.ok(!open({ guesses: { 1: 0 }, runs: { 1: [run()] } }));
  assert.ok(open({ revealed: true }));
});

test("keys lead through the lecture and back", () => {
  const at = (/** @type {number} */ number, /** @type {boolean} */ revealed) =>
    stateOf({ place: { ...PLACE, number, projector: true }, revealed });
  assert.deepEqual(turn(at(1, false), 1), { number: 1, revealed: true });
  assert.deepEqual(turn(at(1, true), 1), { number: 2, revealed: false });
  assert.deepEqual(turn(at(2, false), -1), { number: 1, revealed: true });
  assert.deepEqual(turn(at(2, true), -1), { number: 2, revealed: false });
  assert.equal(turn(at(3, true), 1), null);
  assert.equal(turn(at(1, false), -1), null);
});

test("presenters' keys are understood, a browser's own are left to it", () => {
  const key = (/** @type {string} */ name, rest = {}) =>
    actionOf({ key: name, ctrlKey: false, altKey: false, metaKey: false, ...rest }, false);
  assert.deepEqual(
    ["PageDown", " ", "ArrowLeft", "PageUp", "Escape"].map((name) => key(name)),
    [1, 1, -1, -1, 0],
  );
  assert.equal(key("a"), null);
  assert.equal(key("ArrowLeft", { altKey: true }), null);
  assert.equal(
    actionOf({ key: "Enter", ctrlKey: false, altKey: false, metaKey: false }, true),
    null,
  );
});

test("guesses and size outlive the page; what cannot be read is nothing", () => {
  const area = fakeArea();
  const storage = createStorage(() => area);
  const { lessons } = stateOf().answer;
  assert.deepEqual(loadGuesses(storage, lessons), {});
  saveGuesses(storage, { 1: 2, 2: 7, 99: 0 });
  assert.deepEqual(loadGuesses(storage, lessons), { 1: 2 });
  saveSize(storage, "small");
  assert.equal(loadSize(storage), "small");
  area.setItem("inkling.lessons.guesses", "{");
  area.setItem("inkling.lessons.size", "[1]");
  assert.deepEqual([loadGuesses(storage, lessons), loadSize(storage)], [{}, null]);
});

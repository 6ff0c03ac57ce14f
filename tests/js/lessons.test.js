// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { compared } from "../../static/js/lessons/facts.js";
import { pathOf, ticks } from "../../static/js/lessons/course.js";
import { actionOf } from "../../static/js/lessons/projector.js";
import * as states from "../../static/js/lessons/state.js";
import { loadGuesses, loadSize, saveGuesses, saveSize } from "../../static/js/lessons/storage.js";
import { createStorage } from "../../static/js/storage.js";
import { fakeArea } from "./area.js";
import {
  progressWords,
  runWords,
  stuckWords,
  verdictWords,
} from "../../static/js/lessons/words.js";

/** @typedef {import("../../static/js/types.js").Run} Run */

/** @param {string} name @param {Partial<import("../../static/js/lessons/state.js").Lesson>} [rest] */
const lesson = (name, rest = {}) => ({
  number: Number(name),
  title: `Lesson ${name}`,
  setup: "",
  question: "",
  experiment: name,
  partner: null,
  measure: /** @type {"test"|"gain"|"slower"} */ ("test"),
  guesses: [
    { text: "low", low: 0, high: 0.2 },
    { text: "middle", low: 0.2, high: 0.8 },
    { text: "high", low: 0.8, high: 1.01 },
  ],
  moral: "",
  why: "",
  today: "",
  ...rest,
});

/**
 * @param {string} name
 * @param {number|null} test
 * @param {number} [batch]
 * @param {any[]} [measured]
 */
const experiment = (name, test, batch = 100, measured = []) => ({
  name,
  title: name,
  params: 10 * Number(name),
  lecture: { train: null, test },
  sizes: {
    small: {
      config: /** @type {any} */ ({
        name: `Lesson ${name}`,
        dataset: { name: "mnist-5k", train_samples: 4000 },
        layers: [],
        compile: {},
        fit: { batch_size: batch, epochs: 20 },
        seed: 1,
      }),
      facts: [],
      measured,
    },
  },
});

/** @param {Partial<Run>} [rest] @param {number} [seed] @returns {Run} */
const run = (rest = {}, seed = 1) =>
  /** @type {any} */ ({
    id: `run-${seed}`,
    status: "finished",
    config: { seed },
    epoch: 20,
    epochs: 20,
    latest: { accuracy: 0.9 },
    test: { loss: 0.1, accuracy: 0.85 },
    error: null,
    queue_position: null,
    eta_seconds: null,
    wait_seconds: null,
    ...rest,
  });

/** @param {Partial<states.State>} [rest] @returns {states.State} */
const stateOf = (rest = {}) => ({
  answer: {
    sizes: [
      { name: "lecture", title: "", help: "", dataset: "mnist", available: false },
      { name: "small", title: "", help: "", dataset: "mnist-5k", available: true },
    ],
    default_size: "small",
    lessons: [lesson("1"), lesson("2", { partner: "1", measure: "gain" }), lesson("3")],
    experiments: {
      1: experiment("1", 0.1135),
      2: experiment("2", 0.2166, 1),
      3: experiment("3", 0.95),
    },
  },
  place: { number: 1, projector: false, size: null, lang: null },
  size: "small",
  found: {},
  runs: {},
  courses: new Map(),
  answers: new Map(),
  guesses: {},
  early: new Set(),
  revealed: false,
  sending: false,
  ...rest,
});

const measured = (/** @type {number} */ seed, /** @type {number} */ share) => ({
  seed,
  train: share,
  train_epoch: share,
  test: share,
  epoch_seconds: seed,
  answers: [0, 100, 0, 0, 0, 0, 0, 0, 0, 0],
  accuracies: [0.1, share],
});

test("a lesson has an address, which is read back", () => {
  for (const place of [
    { number: null, projector: false, size: null, lang: null },
    { number: 4, projector: false, size: "small", lang: null },
    { number: 12, projector: true, size: null, lang: null },
    { number: 7, projector: true, size: "lecture", lang: "zh" },
  ]) {
    const address = states.addressOf(place);
    assert.deepEqual(states.placeOf(`http://localhost${address}`), place);
  }
  assert.equal(
    states.addressOf({ number: 4, projector: true, size: "small", lang: null }),
    "/lessons/4?size=small&projector",
  );
});

test("the size is the one wished for, if it is on this machine", () => {
  const { answer } = stateOf();
  assert.equal(states.sizeFor(answer, null, null), "small");
  assert.equal(states.sizeFor(answer, "lecture", "small"), "small");
  assert.equal(states.sizeFor(answer, "nonsense"), "small");
});

test("a run under way is shown before one that finished, and that before a failed one", () => {
  const [failed, done, older] = [
    run({ status: "failed" }, 3),
    run({}, 2),
    run({ status: "running" }, 1),
  ];
  assert.equal(states.shown([failed, done]), done);
  assert.equal(states.shown([failed, done, older]), older);
  assert.equal(states.shown([failed]), failed);
  assert.equal(states.shown(), null);
  assert.equal(states.finished([failed, done]), done);
});

test("what somebody has run or is running is not trained again", () => {
  const state = stateOf({
    runs: { 1: [run({ status: "queued" })], 2: [run({ status: "failed" })] },
  });
  assert.deepEqual(states.missing(state, ["1", "2", "3"]), ["2", "3"]);
});

test("nothing can be run again while it still trains", () => {
  const state = stateOf({ runs: { 1: [run()], 2: [run({ status: "running" })] } });
  assert.ok(states.mustWait(state, ["1", "2"]));
  assert.ok(!states.mustWait(state, ["1"]));
  assert.ok(!states.mustWait(state, ["2", "3"]));
});

test("the longest experiment is run last", () => {
  assert.deepEqual(states.everything(stateOf()), ["1", "3", "2"]);
});

test("runs to be compared get the same seed, a run again a new one", () => {
  const state = stateOf({ runs: { 1: [run({}, 5)], 2: [], 3: [run({}, 1), run({}, 5)] } });
  assert.equal(states.seedFor(stateOf(), ["1", "2"]), 1);
  assert.equal(states.seedFor(state, ["2"], ["1"]), 5);
  assert.equal(states.seedFor(state, ["3"], ["1"]), 6);
  assert.equal(states.seedFor(state, ["1", "3"]), 6);
  assert.equal(states.configFor(state, "2", 7).seed, 7);
});

test("the runs of a lesson are read from the store, without those deleted", () => {
  const state = stateOf({ found: { 1: ["b", "a"], 2: [] } });
  const known = new Map([["a", run({ id: "a", status: "running" })]]);
  const runs = states.runsOf(state.found, known);
  assert.deepEqual(
    runs[1].map(({ id, status }) => [id, status]),
    [["a", "running"]],
  );
  assert.ok(states.isOurs(state, "b"));
  assert.ok(!states.isOurs(state, "c"));
});

test("a stranger's run is looked up only if it may belong to a lesson", () => {
  const stranger = (/** @type {string} */ name, /** @type {number} */ params) =>
    run({ params, config: /** @type {any} */ ({ dataset: { name } }) });
  assert.ok(states.mayBeOurs(stateOf(), stranger("mnist-5k", 20)));
  assert.ok(!states.mayBeOurs(stateOf(), stranger("mnist-5k", 21)));
  assert.ok(!states.mayBeOurs(stateOf(), stranger("mnist", 20)));
});

test("what came out is taken from runs here, else from the record, else from the lecture", () => {
  const [first] = stateOf().answer.lessons;
  const lecture = states.outcome(stateOf(), first);
  assert.deepEqual([lecture?.from, lecture?.right.text], ["lecture", "low"]);

  const record = stateOf();
  record.answer.experiments[1] = experiment("1", 0.1, 100, [measured(1, 0.4), measured(2, 0.6)]);
  assert.deepEqual(states.outcome(record, first)?.value, 0.5);
  assert.deepEqual(states.outcome(record, first)?.from, "record");

  record.runs = { 1: [run()] };
  assert.deepEqual(
    [states.outcome(record, first)?.from, states.outcome(record, first)?.right.text],
    ["runs", "high"],
  );
});

test("a gain is against the partner, and not known without it", () => {
  const [, second] = stateOf().answer.lessons;
  const figures = { 1: { test: 0.5 }, 2: { test: 0.75 } };
  const of = (/** @type {any} */ all) => (/** @type {string} */ name) => all[name] ?? null;
  assert.equal(states.value(second, of(figures)), 0.25);
  assert.equal(states.value(second, of({ 2: { test: 0.75 } })), null);
  const slower = lesson("2", { partner: "1", measure: "slower" });
  assert.equal(states.value(slower, of({ 1: { seconds: 2 }, 2: { seconds: 30 } })), 15);
});

test("the course is our run's, else the mean of what was recorded", () => {
  const state = stateOf();
  state.answer.experiments[1] = experiment("1", 0.1, 100, [measured(1, 0.4), measured(2, 0.6)]);
  assert.deepEqual(states.courseOf(state, "1"), [0.1, 0.5]);
  state.runs = { 1: [run()] };
  state.courses.set("run-1", { accuracy: [0.2, 0.3, 0.4], seconds: [1, 3, 2] });
  assert.deepEqual(states.courseOf(state, "1"), [0.2, 0.3, 0.4]);
  assert.equal(states.ours(state, "1")?.seconds, 2);
});

test("a network that gives one answer to everything is found out", () => {
  assert.equal(states.onlyAnswer([0, 1000, 0, 0, 0, 0, 0, 0, 0, 0]), 1);
  assert.equal(states.onlyAnswer([5, 990, 5, 0, 0, 0, 0, 0, 0, 0]), null);
  const state = stateOf();
  state.answer.experiments[1] = experiment("1", 0.1, 100, [measured(1, 0.1)]);
  assert.equal(states.stuckOn(state, "1"), 1);
  assert.equal(states.stuckOn(state, "3"), null);
  const seven = { ...measured(2, 0.1), answers: [0, 0, 0, 0, 0, 0, 0, 100, 0, 0] };
  state.answer.experiments[1] = experiment("1", 0.1, 100, [measured(1, 0.1), seven]);
  assert.equal(states.stuckOn(state, "1"), states.ANY);
  const several = { ...seven, answers: [50, 0, 0, 0, 0, 0, 0, 50, 0, 0] };
  state.answer.experiments[1] = experiment("1", 0.1, 100, [measured(1, 0.1), several]);
  assert.equal(states.stuckOn(state, "1"), null);
  assert.equal(stuckWords(states.ANY), "It answers one digit to every image.");
  assert.equal(stuckWords(1), "It answers 1 to every image.");
  assert.equal(stuckWords(null), "");
});

test("figures and moral open with a guess and a result, or at once on request", () => {
  const open = (/** @type {object} */ rest) => {
    const state = stateOf(rest);
    return states.isOpen(state, state.answer.lessons[1]); // the one compared with lesson 1's
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
  const place = { number: 1, projector: true, size: null, lang: null };
  const open = (/** @type {object} */ rest) => {
    const state = stateOf({ place, ...rest });
    return states.isOpen(state, state.answer.lessons[0]);
  };
  assert.ok(!open({ guesses: { 1: 0 }, runs: { 1: [run()] } }));
  assert.ok(open({ revealed: true }));
});

test("keys lead through the lecture and back", () => {
  const at = (/** @type {number} */ number, /** @type {boolean} */ revealed) =>
    stateOf({ place: { number, projector: true, size: null, lang: null }, revealed });
  assert.deepEqual(states.turn(at(1, false), 1), { number: 1, revealed: true });
  assert.deepEqual(states.turn(at(1, true), 1), { number: 2, revealed: false });
  assert.deepEqual(states.turn(at(2, false), -1), { number: 1, revealed: true });
  assert.deepEqual(states.turn(at(2, true), -1), { number: 2, revealed: false });
  assert.equal(states.turn(at(3, true), 1), null);
  assert.equal(states.turn(at(1, false), -1), null);
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

test("only what differs is shown of a comparison", () => {
  const fact = (/** @type {string} */ name, /** @type {string} */ value, usual = false) => ({
    name,
    label: name,
    value,
    usual,
  });
  const own = [fact("loss", "b"), fact("batch", "100"), fact("noise", "none", true)];
  const partner = [fact("loss", "a"), fact("batch", "100"), fact("noise", "none", true)];
  assert.deepEqual(compared(own, partner).changed, [{ label: "loss", value: "b", before: "a" }]);
  assert.deepEqual(
    compared(own, partner).same.map(({ name }) => name),
    ["batch", "noise"],
  );
  assert.deepEqual(
    compared(own, null).changed.map(({ label }) => label),
    ["loss", "batch"],
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

test("a curve breaks where nothing is known, and its ends are written below", () => {
  const same = (/** @type {number} */ value) => value;
  assert.equal(pathOf([0, 1, null, 1], same, same), "M1.0 0.0L2.0 1.0M4.0 1.0");
  assert.deepEqual(ticks(20), [1, 5, 10, 15, 20]);
  assert.deepEqual(ticks(3), [1, 2, 3]);
  assert.deepEqual(ticks(2), [1, 2]);
});

test("words tell how a run goes on, but not how it ended before the guess", () => {
  const waiting = run({ status: "queued", queue_position: 2, wait_seconds: 45 });
  assert.equal(progressWords(waiting), "place 2 in the queue · about 50 s");
  const going = run({ status: "running", epoch: 3, eta_seconds: 100 });
  assert.equal(progressWords(going), "epoch 3 of 20 · about 2 min left");
  assert.equal(progressWords(run()), "test accuracy 85.00%");
  assert.equal(progressWords(run(), false), "has been run");
  assert.equal(progressWords(run({ diverged: true })), "diverged · has been run");
});

test("the button says what it will train", () => {
  const [first, second] = stateOf().answer.lessons;
  assert.equal(runWords(stateOf(), first), "Run it");
  assert.equal(runWords(stateOf(), second), "Run both");
  assert.equal(runWords(stateOf({ runs: { 1: [run()] } }), second), "Run it");
  assert.equal(runWords(stateOf({ runs: { 1: [run()], 2: [run()] } }), second), "Run again");
});

test("a verdict names what came out", () => {
  const [first] = stateOf().answer.lessons;
  const found = /** @type {any} */ (states.outcome(stateOf(), first));
  assert.equal(verdictWords(first, found, 0), "You guessed right. In the lecture: low (11.35%).");
  assert.match(verdictWords(first, found, 2), /^You guessed otherwise\./);
  assert.equal(verdictWords(first, found, undefined), "In the lecture: low (11.35%).");
});

// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { PAUSE_MS, STEPS, createHistory } from "../../static/js/build/history.js";
import { followed, valueAt } from "../../static/js/build/paths.js";
import * as states from "../../static/js/build/state.js";
import { catalog, lecture } from "./catalog.js";

/** @typedef {ReturnType<typeof start>} State Build's state with its history */

function start() {
  const state = states.createState(catalog(), null);
  return Object.assign(state, createHistory(state));
}

/** @param {State} state @param {string} path @param {any} value @param {object} [how] */
const set = (state, path, value, how) =>
  state.change(() => states.setValue(state, path, value), how);

const epochs = (/** @type {State} */ { config }) => config.fit.epochs;

test("there is nothing to undo at first, and nothing to redo", () => {
  const state = start();
  assert.equal(state.undo(), null);
  assert.equal(state.redo(), null);
  assert.equal(epochs(state), 20);
});

test("everything that changes the form can be taken back and done again", () => {
  const flip = (/** @type {State} */ state) =>
    state.change(() => {
      state.change(() => states.setValue(state, "dataset.name", "mnist"));
    });
  /** @type {[string, (state: State) => void, string][]} */
  const changes = [
    ["a value", (state) => set(state, "fit.epochs", 3), "fit.epochs"],
    ["no value", (state) => set(state, "fit.epochs", "3a"), "fit.epochs"],
    ["a choice, a change within a change", flip, "dataset.name"],
    ["a nested value", (state) => set(state, "fit.early_stopping", {}), "fit.early_stopping"],
    [
      "an argument of the loss",
      (state) => set(state, "compile.loss.label_smoothing", 0.1),
      "compile.loss",
    ],
    [
      "another optimizer",
      (state) => state.change(() => states.chooseNamed(state, "compile.optimizer", "SGD")),
      "compile.optimizer",
    ],
    [
      "a layer more",
      (state) => state.change(() => void states.addLayer(state, 1, { type: "Dropout", rate: 1 })),
      "layers",
    ],
    ["a layer less", (state) => state.change(() => states.dropLayer(state, 1, "")), "layers"],
    ["a layer twice", (state) => state.change(() => void states.copyLayer(state, 1)), "layers"],
    ["a layer moved", (state) => state.change(() => states.shiftLayer(state, 2, 0)), "layers"],
    [
      "another network",
      (state) =>
        state.change(() =>
          states.replaceConfig(state, { ...lecture(), layers: [], seed: 7 }, "replaced"),
        ),
      "",
    ],
  ];
  for (const [what, act, place] of changes) {
    const state = start();
    const before = { config: state.config, ids: state.ids };
    act(state);
    const after = { config: state.config, ids: state.ids };
    assert.notDeepEqual(after.config, before.config, what);
    assert.equal(state.past.length, 1, what);
    assert.equal(state.undo(), place, what);
    assert.deepEqual({ config: state.config, ids: state.ids }, before, what);
    assert.equal(state.stale, true);
    assert.equal(state.redo(), place, what);
    assert.deepEqual({ config: state.config, ids: state.ids }, after, what);
    assert.equal(state.undo(), place, what);
    assert.equal(state.undo(), null, what);
  }
});

test("what changes nothing is no step", () => {
  const state = start();
  set(state, "fit.epochs", 20);
  state.change(() => {});
  state.change(() => states.shiftLayer(state, 0, -1));
  state.change(() => states.replaceConfig(state, lecture(), "the same again"));
  assert.equal(state.past.length, 0);
});

test("typing in a field is one step for each field and pause", () => {
  const state = start();
  const type = (/** @type {string} */ path, /** @type {any} */ value, /** @type {number} */ now) =>
    set(state, path, value, { typed: path, now });
  type("fit.epochs", 2, 0);
  type("fit.epochs", 25, 900);
  type("fit.epochs", 250, 1800);
  type("fit.batch_size", 6, 1900);
  type("fit.epochs", 7, 2000);
  type("fit.epochs", 70, 2000 + PAUSE_MS);
  const seen = [];
  do seen.push([state.config.fit.epochs, state.config.fit.batch_size]);
  while (state.undo() !== null);
  assert.deepEqual(seen, [
    [70, 6],
    [7, 6],
    [250, 6],
    [250, 100],
    [20, 100],
  ]);
});

test("what was typed and deleted again at once is no step", () => {
  const state = start();
  set(state, "name", "Mine", { typed: "name", now: 0 });
  for (const [now, name] of /** @type {[number, string][]} */ ([
    [2000, "Mine!"],
    [2100, "Mine"],
    [2200, "Mine?"],
  ]))
    set(state, "name", name, { typed: "name", now });
  assert.equal(state.undo(), "name");
  assert.equal(state.config.name, "Mine");
  state.undo();
  assert.equal(state.config.name, undefined);
});

test("typing after a step back is a step of its own", () => {
  const state = start();
  set(state, "fit.epochs", 3, { typed: "fit.epochs", now: 0 });
  state.undo();
  state.redo();
  set(state, "fit.epochs", 33, { typed: "fit.epochs", now: 10 });
  state.undo();
  assert.equal(epochs(state), 3);
});

test("a new change ends what could be done again", () => {
  const state = start();
  set(state, "fit.epochs", 1);
  set(state, "fit.epochs", 2);
  state.undo();
  set(state, "fit.batch_size", 7);
  assert.equal(state.redo(), null);
  state.undo();
  assert.equal(epochs(state), 1);
  assert.equal(state.config.fit.batch_size, 100);
});

test("a field that was left begins a new step", () => {
  const state = start();
  set(state, "fit.epochs", 3, { typed: "fit.epochs", now: 0 });
  state.pause();
  set(state, "fit.epochs", 33, { typed: "fit.epochs", now: 10 });
  state.undo();
  assert.equal(epochs(state), 3);
});

test("what changed before the history was there is its first step", () => {
  const state = states.createState(catalog(), null);
  const { config, ids, origin } = state;
  states.replaceConfig(state, { ...lecture(), seed: 7 }, "replaced");
  const history = createHistory(state, { config, ids, origin });
  assert.equal(history.past.at(-1)?.text, "replaced");
  history.undo();
  assert.equal(state.config.seed, 1);
  assert.equal(createHistory(state).past.length, 0);
});

test("typing that began before the history was there goes on in the same step", () => {
  const state = states.createState(catalog(), null);
  const { config, ids, origin } = state;
  states.setValue(state, "fit.epochs", 3);
  const history = createHistory(state, { config, ids, origin }, "fit.epochs");
  history.change(() => states.setValue(state, "fit.epochs", 37), { typed: "fit.epochs" });
  history.undo();
  assert.equal(state.config.fit.epochs, 20);
});

test("a hundred steps can be taken back and done again", () => {
  const state = start();
  for (let n = 1; n <= STEPS + 30; n++) set(state, "fit.epochs", 1000 + n);
  let steps = 0;
  while (state.undo() !== null) steps += 1;
  assert.equal(steps, STEPS);
  assert.equal(epochs(state), 1030);
  while (state.redo() !== null) steps -= 1;
  assert.equal(steps, 0);
  assert.equal(epochs(state), 1000 + STEPS + 30);
});

test("a removal is offered to be undone until something else happens", () => {
  const state = start();
  const offer = () => state.past.at(-1)?.text ?? null;
  state.change(() => states.dropLayer(state, 1, "Dense removed."));
  assert.equal(offer(), "Dense removed.");
  set(state, "fit.epochs", 3);
  assert.equal(offer(), null);
  state.undo();
  state.undo();
  state.redo();
  assert.equal(offer(), null, "a removal done again is offered no more");
});

test("a step says where it was, as exactly as can be", () => {
  const state = start();
  set(state, "layers[1].units", 30);
  assert.equal(state.undo(), "layers[1].units");
  set(state, "layers[1].kernel_regularizer", { name: "l2", l2: 0.1 });
  set(state, "layers[1].kernel_regularizer.l2", 0.2);
  assert.equal(state.undo(), "layers[1].kernel_regularizer.l2");
  assert.equal(state.undo(), "layers[1].kernel_regularizer");
  state.change(() => states.replaceConfig(state, { ...lecture(), layers: [] }, ""));
  assert.equal(state.undo(), "layers");
});

test("a fault that was there is there again: what is no value stays as it was typed", () => {
  const state = start();
  set(state, "layers[1].units", "12a");
  set(state, "layers[1].units", 12);
  state.undo();
  assert.equal(valueAt(state.config, "layers[1].units"), "12a");
});

test("a change that fails leaves the next one a step of its own", () => {
  const state = start();
  assert.throws(() =>
    state.change(() => {
      throw new Error("no");
    }),
  );
  set(state, "fit.epochs", 3);
  assert.equal(state.past.length, 1);
});

test("the run that the form was taken from comes back with it, unless it was trained since", () => {
  const state = start();
  state.change(() => states.setValue(state, "name", "Mine"));
  state.change(() => states.replaceConfig(state, { ...lecture(), seed: 7 }, "replaced", "4f2a"));
  assert.deepEqual([state.config.name, state.origin], [undefined, "4f2a"]);
  state.undo();
  assert.deepEqual([state.config.name, state.origin], ["Mine", null]);
  state.redo();
  assert.equal(state.origin, "4f2a");
  set(state, "fit.epochs", 3);
  state.change(() => states.noteTrained(state, /** @type {any} */ ({ id: "91bc" })));
  state.undo();
  assert.deepEqual([epochs(state), state.origin], [20, "91bc"]);
});

test("a place is followed when its layer has moved", () => {
  assert.equal(followed("layers[0].units", [7, 8], [8, 7]), "layers[1].units");
  assert.equal(followed("layers[0].units", [7, 8], [8]), null);
  assert.equal(followed("fit.epochs", [7], []), "fit.epochs");
});

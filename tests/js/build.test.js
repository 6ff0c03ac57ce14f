// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  allControls,
  localFaults,
  mergeFaults,
  splitArguments,
} from "../../static/js/build/arguments.js";
import { createChecker } from "../../static/js/build/checker.js";
import { presetOf, same } from "../../static/js/build/compare.js";
import { dropIndex } from "../../static/js/build/drag.js";
import { trainingSize, updatesPerEpoch } from "../../static/js/build/estimate.js";
import { newLayer, placeFor } from "../../static/js/build/layers.js";
import { layerIndex, nearest, parsePath, valueAt, withValue } from "../../static/js/build/paths.js";
import * as states from "../../static/js/build/state.js";
import { loadDraft, loadOrigin, saveDraft } from "../../static/js/build/storage.js";
import { createStorage } from "../../static/js/storage.js";
import { fakeArea } from "./area.js";
import { faultOf, read, write } from "../../static/js/build/values.js";
import { argument, catalog, lecture } from "./catalog.js";

test("a path names a place as the server does", () => {
  assert.deepEqual(parsePath("layers[1].kernel_size[0]"), ["layers", 1, "kernel_size", 0]);
  assert.equal(valueAt(lecture(), "layers[1].units"), 500);
  assert.equal(valueAt(lecture(), "layers[9].units"), undefined);
  assert.equal(layerIndex("layers[12].units"), 12);
  assert.equal(layerIndex("fit.epochs"), null);
});

test("a value is put in a copy", () => {
  const before = lecture();
  const after = withValue(before, "layers[1].units", 30);
  assert.equal(valueAt(after, "layers[1].units"), 30);
  assert.equal(valueAt(before, "layers[1].units"), 500);
  assert.equal(after.fit, before.fit);
  assert.equal("seed" in withValue(before, "seed", undefined), false);
  assert.equal(
    valueAt(withValue(before, "fit.early_stopping.patience", 2), "fit.early_stopping.patience"),
    2,
  );
});

test("a fault goes to the nearest control", () => {
  const known = (/** @type {string} */ path) =>
    ["layers[1].kernel_size", "layers[1]", "layers"].includes(path);
  assert.equal(nearest("layers[1].kernel_size[0]", known), "layers[1].kernel_size");
  assert.equal(nearest("layers[1].units", known), "layers[1]");
  assert.equal(nearest("layers[2]", known), "layers");
  assert.equal(nearest("fit.epochs", known), null);
});

test("what is typed becomes a value, or stays text", () => {
  const whole = argument("units", "integer");
  assert.equal(read(whole, " 42 "), 42);
  assert.equal(read(whole, "1e3"), 1000);
  assert.equal(read(whole, "4a"), "4a");
  assert.equal(read(argument("seed", "integer", { nullable: true }), ""), null);
  assert.equal(read(argument("name", "text"), " a "), " a ");
});

test("a size is one number or two", () => {
  const pair = argument("kernel_size", "pair");
  assert.equal(read(pair, "3"), 3);
  assert.equal(read(pair, "3 × 3"), 3);
  assert.deepEqual(read(pair, "3, 5"), [3, 5]);
  assert.deepEqual(read(pair, "3x5"), [3, 5]);
  assert.equal(read(pair, "3x"), "3x");
  assert.equal(write(pair, 3), "3×3");
  assert.equal(write(pair, [3, 5]), "3×5");
});

test("a value outside its range has a fault that names the range", () => {
  const units = argument("units", "integer", { min: 1, max: 8192, required: true });
  assert.equal(faultOf(units, 8192), null);
  assert.match(faultOf(units, 0) ?? "", /between 1 and 8,192/);
  assert.match(faultOf(units, 1.5) ?? "", /whole/);
  assert.match(faultOf(units, "") ?? "", /needed/);
  assert.match(faultOf(units, undefined) ?? "", /needed/);
  const rate = argument("learning_rate", "number", { min: 0, exclusive_min: true });
  assert.match(faultOf(rate, 0) ?? "", /more than 0/);
  assert.equal(faultOf(rate, 1e-7), null);
  const split = argument("validation_split", "number", { min: 0, max: 1, exclusive_max: true });
  assert.match(faultOf(split, 1) ?? "", /less than 1/);
  assert.match(
    faultOf(argument("k", "pair", { min: 1, max: 28 }), [3, 40]) ?? "",
    /between 1 and 28/,
  );
  assert.match(faultOf(argument("name", "text", { min: 1, max: 3 }), "abcd") ?? "", /at most 3/);
});

test("main arguments stand in the layer's line, units before activation", () => {
  const dense = catalog().layers[1];
  const { inline } = splitArguments(dense.arguments);
  assert.deepEqual(
    inline.map(({ name }) => name),
    ["units", "activation"],
  );
});

test("every control of a draft is known, also those of what is switched on", () => {
  const config = withValue(lecture(), "fit.early_stopping", { patience: -1 });
  const paths = allControls(catalog(), config).map(({ path }) => path);
  assert.ok(paths.includes("layers[1].units"));
  assert.ok(paths.includes("compile.optimizer.learning_rate"));
  assert.ok(paths.includes("fit.early_stopping.patience"));
  assert.deepEqual(
    localFaults(catalog(), config).map(({ path }) => path),
    ["fit.early_stopping.patience"],
  );
});

test("all faults are told at once, one a place", () => {
  const config = withValue(withValue(lecture(), "layers[1].units", "x"), "fit.batch_size", 0);
  const own = localFaults(catalog(), config);
  assert.equal(own.length, 2);
  const server = [
    { path: "layers[1].units", message: "theirs" },
    { path: "layers", message: "ten numbers" },
  ];
  assert.deepEqual(
    mergeFaults(own, server).map(({ path }) => path),
    [...own.map(({ path }) => path), "layers"],
  );
});

test("a new layer starts ready", () => {
  const [flatten, dense, conv] = catalog().layers;
  assert.deepEqual(newLayer(flatten), { type: "Flatten" });
  assert.deepEqual(newLayer(dense), { type: "Dense", activation: "relu", units: 500 });
  assert.deepEqual(newLayer(conv), { type: "Conv2D", kernel_size: 3, activation: "relu" });
});

test("a new layer goes where it makes sense", () => {
  const { layers } = lecture();
  assert.equal(placeFor(layers, "Dense"), 2);
  assert.equal(placeFor(layers, "Conv2D"), 0);
  assert.equal(placeFor(layers, "RandomZoom"), 0);
  assert.equal(placeFor([{ type: "Conv2D" }, ...layers], "MaxPooling2D"), 1);
  assert.equal(placeFor([], "Dense"), 0);
});

test("layers keep their name when they move", () => {
  const state = states.createState(catalog(), null);
  const [flat, first, second] = state.ids;
  states.shiftLayer(state, 1, 2);
  assert.deepEqual(state.ids, [flat, second, first]);
  assert.equal(state.config.layers[2].units, 500);
  states.shiftLayer(state, 0, -1);
  assert.deepEqual(state.ids, [flat, second, first]);
  const copy = states.copyLayer(state, 2);
  assert.deepEqual(state.ids, [flat, second, first, copy]);
  assert.deepEqual(state.config.layers[3], state.config.layers[2]);
});

test("an optimizer's arguments wait for its return", () => {
  const state = states.createState(catalog(), null);
  states.setValue(state, "compile.optimizer.learning_rate", 0.5);
  states.chooseNamed(state, "compile.optimizer", "SGD");
  assert.deepEqual(state.config.compile.optimizer, { name: "SGD" });
  states.chooseNamed(state, "compile.optimizer", "adam");
  assert.equal(state.config.compile.optimizer.learning_rate, 0.5);
});

test("a bare loss becomes an object when it gets an argument", () => {
  const state = states.createState(catalog(), null);
  states.setValue(state, "compile.loss.label_smoothing", 0.1);
  assert.deepEqual(state.config.compile.loss, {
    name: "categorical_crossentropy",
    label_smoothing: 0.1,
  });
});

test("only a typed name is one: not a preset's, nor that of the run it was taken from", () => {
  const named = (/** @type {string} */ name) => ({ ...lecture(), name });
  const first = states.createState(catalog(), null);
  assert.equal("name" in first.config, false);
  assert.equal(states.createState(catalog(), named("Lecture")).config.name, undefined);
  assert.equal(states.createState(catalog(), named("Mine"), "4f2a").config.name, "Mine");
  states.setValue(first, "name", "Mine");
  assert.equal(first.config.name, "Mine");
  states.replaceConfig(first, named("Another"), "replaced", "4f2a");
  assert.deepEqual([first.config.name, first.origin], [undefined, "4f2a"]);
});

test("what was trained is what the draft was taken from", () => {
  const state = states.createState(catalog(), { ...lecture(), name: "Mine" });
  states.noteTrained(state, /** @type {any} */ ({ id: "4f2a" }));
  assert.deepEqual([state.config.name, state.origin], [undefined, "4f2a"]);
});

test("an empty name is none", () => {
  assert.equal(read(argument("name", "text", { nullable: true }), ""), undefined);
  assert.equal(read(argument("name", "text"), ""), "");
});

test("shapes belong to layers, not to places", () => {
  const state = states.createState(catalog(), null);
  const layers = state.config.layers.map(({ type }, i) => ({ type, output_shape: [i], params: i }));
  states.noteChecked(state, {
    layers,
    params: 3,
    warnings: [],
    name: "Made",
    differs: null,
    seconds: null,
  });
  assert.equal(state.madeName, "Made");
  states.shiftLayer(state, 0, 2);
  assert.deepEqual(state.shapes.get(state.ids[2])?.output_shape, [0]);
  assert.equal(state.stale, true);
});

test("a draft is a preset until something else than name, seed or epochs changes", () => {
  const longer = withValue(lecture(), "fit.epochs", 3);
  assert.equal(presetOf(catalog(), { ...longer, name: "Mine", seed: 7 })?.name, "lecture");
  assert.equal(presetOf(catalog(), withValue(lecture(), "fit.batch_size", 3)), null);
  assert.ok(same({ a: 1, b: null }, { a: 1 }));
  assert.ok(!same([1, 2], [1]));
});

test("updates an epoch count the last, smaller batch", () => {
  assert.equal(trainingSize(catalog(), lecture()), 3600);
  assert.equal(updatesPerEpoch(catalog(), lecture()), 36);
  assert.equal(updatesPerEpoch(catalog(), withValue(lecture(), "fit.batch_size", 1000)), 4);
  assert.equal(updatesPerEpoch(catalog(), withValue(lecture(), "fit.batch_size", "x")), null);
  assert.equal(trainingSize(catalog(), withValue(lecture(), "dataset.train_samples", 600)), 540);
});

test("the validation split is rounded as the server rounds it", () => {
  const splits = JSON.parse(readFileSync(new URL("../splits.json", import.meta.url), "utf-8"));
  for (const [count, validation_split, trained] of splits) {
    const known = /** @type {any} */ ({ datasets: [{ name: "digits", train: count }] });
    const draft = /** @type {any} */ ({ dataset: { name: "digits" }, fit: { validation_split } });
    assert.equal(trainingSize(known, draft), trained);
  }
});

test("the draft survives the page, and rubbish does not hurt", () => {
  const area = fakeArea();
  const storage = createStorage(() => area);
  assert.equal(loadDraft(storage), null);
  const half = withValue(lecture(), "layers[1].units", "12a");
  saveDraft(storage, { config: half });
  assert.deepEqual([loadDraft(storage), loadOrigin(storage)], [half, null]);
  saveDraft(storage, { config: half, origin: "4f2a" });
  assert.equal(loadOrigin(storage), "4f2a");
  for (const bad of ["{", "7", '{"layers": []}', '{"layers": [3]}']) {
    area.setItem("inkling.draft", bad);
    assert.equal(loadDraft(storage), null);
  }
});

test("only the newest answer of a check counts", async () => {
  /** @type {((text: string) => void)[]} */
  const answers = [];
  /** @type {string[]} */
  const received = [];
  const checker = createChecker(() => new Promise((resolve) => answers.push(resolve)), {
    onAnswer: (answer) => received.push(answer),
    onError: assert.fail,
  });
  const first = checker.now("a");
  const second = checker.now("b");
  answers[1]("new");
  answers[0]("old");
  await Promise.all([first, second]);
  assert.deepEqual(received, ["new"]);
});

test("a bead is dropped among the others by their middles", () => {
  assert.equal(dropIndex([10, 30, 50], 0), 0);
  assert.equal(dropIndex([10, 30, 50], 35), 2);
  assert.equal(dropIndex([10, 30, 50], 90), 3);
});

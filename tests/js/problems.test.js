// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { addFlatten, missingFlatten, placed, warningsNow } from "../../static/js/build/problems.js";
import * as states from "../../static/js/build/state.js";
import { catalog, lecture } from "./catalog.js";

test("it is known where Flatten is missing, as the server says it", () => {
  const cases = JSON.parse(readFileSync(new URL("../flattens.json", import.meta.url), "utf-8"));
  for (const [types, at] of cases) {
    const layers = types.map((/** @type {string} */ type) => ({ type }));
    assert.equal(missingFlatten(layers), at, types.join());
  }
});

test("Flatten is added where it is missing, at the end with what answers", () => {
  const state = states.createState(catalog(), null);
  states.dropLayer(state, 0, "");
  addFlatten(state, 0);
  assert.deepEqual(state.config.layers, lecture().layers);
  const images = states.createState(catalog(), { ...lecture(), layers: [{ type: "Conv2D" }] });
  addFlatten(images, 1);
  assert.deepEqual(images.config.layers, [
    { type: "Conv2D" },
    { type: "Flatten" },
    { type: "Dense", units: 10, activation: "softmax" },
  ]);
  assert.equal(new Set(images.ids).size, 3);
});

test("the server's fault of a network without Flatten stands at the layer that needs it", () => {
  const fault = { path: "layers", message: "must end with 10 numbers" };
  const state = states.createState(catalog(), null);
  assert.deepEqual(placed({ ...state, faults: [fault] }), [fault]);
  states.dropLayer(state, 0, "");
  assert.deepEqual(placed({ ...state, faults: [fault] }), [{ ...fault, path: "layers[0]" }]);
});

test("a warning goes with its layer, and ends with it", () => {
  const state = states.createState(catalog(), null);
  const layers = state.config.layers.map(({ type }) => ({ type, output_shape: [1], params: 0 }));
  const warning = { code: "hidden_linear", path: "layers[1].activation", message: "…" };
  const other = { code: "few_steps", path: "fit.batch_size", message: "…" };
  const paths = () => warningsNow(state).map(({ path }) => path);
  const rest = { warnings: [warning, other], name: "Made", differs: null, seconds: null };
  states.noteChecked(state, { layers, params: 0, ...rest });
  states.shiftLayer(state, 1, 0);
  assert.deepEqual(paths(), ["layers[0].activation", "fit.batch_size"]);
  states.dropLayer(state, 0, "");
  assert.deepEqual(paths(), ["fit.batch_size"]);
  states.setValue(state, "fit.batch_size", 10);
  assert.deepEqual(paths(), ["fit.batch_size"], "until the server has answered");
  state.faults = [{ path: "fit.epochs", message: "…" }];
  assert.deepEqual(paths(), [], "it does not answer while there are faults");
});

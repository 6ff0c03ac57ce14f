// @ts-check
/** Where faults and warnings belong in a draft that goes on changing, and where Flatten is missing. No DOM here. */
import { same } from "./compare.js";
import { FLATTENS, needsImage } from "./layers.js";
import { followed, valueAt } from "./paths.js";
import { addLayer } from "./state.js";

/** @typedef {import("../types.js").ConfigWarning} ConfigWarning */
/** @typedef {import("../types.js").FieldProblem} FieldProblem */
/** @typedef {import("../draft.js").Layer} Layer */
/** @typedef {import("./state.js").State} State */

/**
 * Where Flatten is missing: before the first Dense layer behind all that need an image, else at the
 * end; null: the image is laid flat somewhere.
 * @param {Layer[]} layers
 */
export function missingFlatten(layers) {
  if (layers.some(({ type }) => FLATTENS.has(type))) return null;
  const from = layers.findLastIndex(needsImage) + 1;
  const dense = layers.findIndex(({ type }, index) => index >= from && type === "Dense");
  return dense < 0 ? layers.length : dense;
}

/**
 * Lay the image flat before a layer; at the end also add what answers.
 * @param {State} state
 * @param {number} index
 */
export function addFlatten(state, index) {
  if (index === state.ids.length)
    addLayer(state, index, { type: "Dense", units: 10, activation: "softmax" });
  addLayer(state, index, { type: "Flatten" });
}

/**
 * The warnings that still hold, where their layers are now. While faults keep a changed draft from
 * being checked, those of values that changed are left out.
 * @param {State} state
 * @returns {ConfigWarning[]}
 */
export function warningsNow({ warnings, checked, config, ids, faults }) {
  return warnings.flatMap((warning) => {
    const path = followed(warning.path, checked?.ids ?? [], ids);
    if (path === null) return [];
    const isSame = same(valueAt(checked?.config, warning.path), valueAt(config, path));
    return faults.length && !isSame ? [] : [{ ...warning, path }];
  });
}

/**
 * The faults, that of the whole network at the layer before which Flatten is missing.
 * @param {State} state
 * @returns {FieldProblem[]}
 */
export function placed({ config, faults }) {
  const at = missingFlatten(config.layers);
  if (at === null || at === config.layers.length) return faults;
  return faults.map((one) => (one.path === "layers" ? { ...one, path: `layers[${at}]` } : one));
}

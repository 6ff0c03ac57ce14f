// @ts-check
/** The layers that disturb images, each ruled by one strength. Knows no page. */

import { _, number } from "../i18n.js";
import { SIDE } from "../pixels.js";

/**
 * @typedef {object} Disturbing
 * @property {string} type the class in `keras.layers`
 * @property {number} most of the strength
 * @property {number} usual
 * @property {number} step
 * @property {string[]} names of the arguments that take the strength
 * @property {boolean} moves whether it uncovers a rim, which is to be filled with paper
 * @property {(strength: number) => string} words what a strength means
 */

/** @type {Disturbing[]} */
export const LAYERS = [
  {
    type: "RandomRotation",
    most: 0.25,
    usual: 0.03,
    step: 0.01,
    names: ["factor"],
    moves: true,
    words: (strength) => _("rotated by up to ±%(n)s°", { n: whole(strength * 360) }),
  },
  {
    type: "RandomTranslation",
    most: 0.3,
    usual: 0.08,
    step: 0.01,
    names: ["height_factor", "width_factor"],
    moves: true,
    words: (strength) => _("shifted by up to ±%(n)s pixels", { n: tenths(strength * SIDE) }),
  },
  {
    type: "RandomZoom",
    most: 0.5,
    usual: 0.1,
    step: 0.02,
    names: ["height_factor", "width_factor"],
    moves: true,
    words: (strength) =>
      _("zoomed by up to ±%(share)s", { share: number(strength, { style: "percent" }) }),
  },
  {
    type: "GaussianNoise",
    most: 0.6,
    usual: 0.1,
    step: 0.02,
    names: ["stddev"],
    moves: false,
    words: (strength) => _("with noise of standard deviation %(n)s", { n: strength }),
  },
];

/** @param {number} value */
const whole = (value) => number(value, { maximumFractionDigits: 0 });

/** @param {number} value */
const tenths = (value) => number(value, { maximumFractionDigits: 1 });

/**
 * The layer as a configuration names it.
 * @param {Disturbing} layer
 * @param {number} strength
 * @returns {Record<string, string | number>}
 */
export function layerOf({ type, names, moves }, strength) {
  const values = Object.fromEntries(names.map((name) => [name, strength]));
  return { type, ...values, ...(moves ? { fill_mode: "constant" } : {}) };
}

/**
 * The layer as a line of Python.
 * @param {Disturbing} layer
 * @param {number} strength
 */
export function codeOf(layer, strength) {
  const { type, ...values } = layerOf(layer, strength);
  const written = Object.entries(values).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `keras.layers.${type}(${written.join(", ")})`;
}

// @ts-check
/** Where configurations differ: what comparing runs is for. */
import { same } from "../build/compare.js";

/** @typedef {import("../draft.js").Draft} Draft */
/** @typedef {{path: string, values: any[]}} Difference one value a configuration; undefined: absent */

/** Values that name a thing stand with their arguments: "Adam (learning_rate 0.001)". */
const isPlain = (/** @type {any} */ value) => typeof value !== "object" || value === null;

/**
 * @param {Draft[]} configs
 * @returns {Difference[]} in the order of a configuration; names of runs aside
 */
export function differences(configs) {
  const flat = configs.map(({ name, layers, ...rest }) => ({
    ...Object.fromEntries(leaves(rest)),
    ...Object.fromEntries(layers.flatMap((layer, i) => layerLeaves(configs, layer, i))),
  }));
  const paths = [...new Set(flat.flatMap(Object.keys))].sort((a, b) => rank(a) - rank(b));
  return paths
    .map((path) => ({ path, values: flat.map((/** @type {any} */ one) => one[path]) }))
    .filter(({ values }) => !values.every((value) => same(value, values[0])));
}

/**
 * A layer as a whole where its type differs among the configurations, else each argument.
 * @param {Draft[]} configs
 * @param {import("../draft.js").Layer} layer
 * @param {number} i
 * @returns {[string, any][]}
 */
function layerLeaves(configs, layer, i) {
  const isShared = configs.every(({ layers }) => layers[i]?.type === layer.type);
  return isShared ? leaves(layer, `layers[${i}].`) : [[`layers[${i}]`, layer]];
}

/** Build, compile, fit: the lecture's order. @param {string} path */
function rank(path) {
  const order = ["layers", "compile", "dataset", "fit", "seed"];
  return order.findIndex((start) => path.startsWith(start));
}

/**
 * Every place and its value; layers are handled apart.
 * @param {any} part
 * @param {string} [prefix]
 * @returns {[string, any][]}
 */
function leaves(part, prefix = "") {
  return Object.entries(part).flatMap(([key, value]) =>
    isPlain(value) || Array.isArray(value)
      ? [/** @type {[string, any]} */ ([prefix + key, value])]
      : leaves(value, `${prefix}${key}.`),
  );
}

/**
 * A value in few words: a layer as its type and main arguments, "Dense 500 relu".
 * @param {any} value
 * @returns {string}
 */
export function brief(value) {
  if (value === undefined || value === null) return "–";
  if (Array.isArray(value)) return value.map(brief).join(" × ");
  if (typeof value !== "object") return String(value);
  const { type, name } = value;
  const own = MAIN.map((key) => value[key]).filter((one) => one !== null && one !== "linear");
  return [type ?? name, ...own.filter((one) => one !== undefined).map(brief)].join(" ");
}

/** What a layer is known by, in the order in which it is said. */
const MAIN = [
  ..."units filters kernel_size pool_size rate stddev factor height_factor width_factor".split(" "),
  "activation",
];

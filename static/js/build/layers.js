// @ts-check
/** The list of layers: adding, removing, moving, duplicating. Each returns a new configuration. */

/** @typedef {import("../draft.js").Draft} Draft */
/** @typedef {import("../draft.js").Layer} Layer */
/** @typedef {import("../types.js").LayerKind} LayerKind */

/** What a new layer starts with where Keras leaves it to the writer. */
const STARTERS = /** @type {Record<string, any>} */ ({
  units: 100,
  filters: 32,
  kernel_size: 3,
  rate: 0.5,
  stddev: 0.1,
  factor: 0.1,
  height_factor: 0.1,
  width_factor: 0.1,
});

/** Layers whose input must still be an image. */
const IMAGE = new Set(["Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"]);
/** Layers after which it is an image no more. */
const FLAT = new Set(["Flatten", "GlobalAveragePooling2D", "Dense"]);

/**
 * A layer of this kind, ready to be changed.
 * @param {LayerKind} kind
 * @returns {Layer}
 */
export function newLayer(kind) {
  /** @type {Layer} */
  const layer = { type: kind.type };
  for (const argument of kind.arguments) {
    const { name, required } = argument;
    const start = argument.suggested ?? STARTERS[name] ?? argument.default;
    if (name === "activation") layer.activation = argument.suggested ?? "relu";
    else if (required) layer[name] = start;
  }
  return layer;
}

/**
 * Where a new layer of this type makes sense: altered images first, layers for images before they
 * are laid flat, all others before the output.
 * @param {Layer[]} layers
 * @param {string} type
 */
export function placeFor(layers, type) {
  const isRandom = (/** @type {Layer} */ layer) => layer.type.startsWith("Random");
  const afterRandom = layers.findLastIndex(isRandom) + 1;
  if (type.startsWith("Random")) return afterRandom;
  const flat = layers.findIndex((layer) => FLAT.has(layer.type));
  if (IMAGE.has(type)) return flat < 0 ? layers.length : flat;
  if (type === "Flatten") {
    const dense = layers.findIndex((layer) => layer.type === "Dense");
    return dense < 0 ? layers.length : dense;
  }
  const last = layers[layers.length - 1];
  return last?.type === "Dense" && last.activation === "softmax"
    ? layers.length - 1
    : layers.length;
}

/** @param {Draft} config @param {number} index @param {Layer} layer @returns {Draft} */
export function insertLayer(config, index, layer) {
  return { ...config, layers: config.layers.toSpliced(index, 0, layer) };
}

/** @param {Draft} config @param {number} index @returns {Draft} */
export function removeLayer(config, index) {
  return { ...config, layers: config.layers.toSpliced(index, 1) };
}

/** @param {Draft} config @param {number} index @returns {Draft} */
export function duplicateLayer(config, index) {
  return insertLayer(config, index + 1, structuredClone(config.layers[index]));
}

/**
 * @template T
 * @param {T[]} list
 * @param {number} from
 * @param {number} to its index afterwards
 */
export function moved(list, from, to) {
  return list.toSpliced(from, 1).toSpliced(to, 0, list[from]);
}

/** @param {Draft} config @param {number} from @param {number} to @returns {Draft} */
export function moveLayer(config, from, to) {
  return { ...config, layers: moved(config.layers, from, to) };
}

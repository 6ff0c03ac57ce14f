// @ts-check
/** The list of layers: adding, removing, moving, duplicating. Each returns a new configuration. */

/** @typedef {import("../draft.js").Draft} Draft */
/** @typedef {import("../draft.js").Layer} Layer */
/** @typedef {import("../types.js").LayerKind} LayerKind */

/** Layers whose input must still be an image. */
const IMAGE = new Set(["Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"]);
/** Layers after which it is an image no more. */
export const FLATTENS = new Set(["Flatten", "GlobalAveragePooling2D"]);

/**
 * A layer of this kind, ready to be changed.
 * @param {LayerKind} kind
 * @returns {Layer}
 */
export function newLayer(kind) {
  /** @type {Layer} */
  const layer = { type: kind.type };
  for (const { name, required, suggested, default: usual } of kind.arguments)
    if (required || suggested !== usual) layer[name] = suggested;
  return layer;
}

/** @param {Layer} layer */
const isRandom = ({ type }) => type.startsWith("Random");

/** @param {Layer} layer */
export const needsImage = (layer) => IMAGE.has(layer.type) || isRandom(layer);

/**
 * Where a new layer of this type makes sense: altered images first, layers for images before they
 * are laid flat, all others before the output.
 * @param {Layer[]} layers
 * @param {string} type
 */
export function placeFor(layers, type) {
  const afterRandom = layers.findLastIndex(isRandom) + 1;
  if (type.startsWith("Random")) return afterRandom;
  const flat = layers.findIndex(({ type: one }) => FLATTENS.has(one) || one === "Dense");
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

// @ts-check
/** The kinds of layers that can be added: their groups, and which of them match a search. No DOM. */
import { _ } from "../i18n.js";

/** @typedef {import("../types.js").LayerKind} LayerKind */

/** @returns {[string, string[]][]} groups and their types; what is in none comes last */
const groups = () => [
  [_("Basic"), ["Dense", "Flatten", "Activation"]],
  [_("For images"), ["Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"]],
  [_("Normalisation and regularisation"), ["BatchNormalization", "Dropout", "GaussianNoise"]],
  [_("Data augmentation"), ["RandomRotation", "RandomTranslation", "RandomZoom"]],
];

/**
 * @param {LayerKind[]} kinds
 * @returns {[string, LayerKind[]][]}
 */
export function grouped(kinds) {
  const left = new Set(kinds);
  /** @type {[string, LayerKind[]][]} */
  const found = groups().map(([title, types]) => {
    const own = types.flatMap((type) => kinds.find((kind) => kind.type === type) ?? []);
    for (const kind of own) left.delete(kind);
    return [title, own];
  });
  return [...found, /** @type {any} */ ([_("Others"), [...left]])].filter(([, own]) => own.length);
}

/**
 * Whether every word that is searched for is in the name, Keras' name, the help or the group.
 * @param {LayerKind} kind
 * @param {string} group
 * @param {string} search
 */
export function matches({ type, title, help }, group, search) {
  const text = [type, title, help, group].join(" ").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

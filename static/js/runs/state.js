// @ts-check
/** What the Runs screen knows besides the runs. No DOM here. */

/** @typedef {import("../types.js").Run} Run */
/**
 * @typedef {object} State
 * @property {string|null} trouble
 * @property {Set<string>} selected ids, in the order they were chosen
 * @property {string|null} renaming id
 * @property {string} fault why it cannot have its new name
 * @property {boolean} comparing
 */

/** More curves than this cannot be distinguished. */
export const MOST_COMPARED = 8;

/** @returns {State} */
export const createState = () => ({
  trouble: null,
  selected: new Set(),
  renaming: null,
  fault: "",
  comparing: false,
});

/**
 * @param {State} state
 * @param {string} id
 * @returns {boolean} false: enough are selected
 */
export function toggleSelected(state, id) {
  if (state.selected.delete(id)) return true;
  if (state.selected.size >= MOST_COMPARED) return false;
  state.selected.add(id);
  return true;
}

/** The best accuracy on validation images; null where none were kept back. @param {Run} run */
export const validationAccuracy = ({ best }) => best?.val_accuracy ?? null;

/** Whether it has, or may yet get, a curve on validation images. @param {Run} run */
export const keepsValidation = ({ config, diverged }) =>
  Boolean(config.fit.validation_split) && !diverged;

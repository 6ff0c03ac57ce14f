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
 * @property {Set<string>} removing ids of those that are being deleted together
 * @property {string} remark why something else is shown than the address named, or ""
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
  removing: new Set(),
  remark: "",
});

/** @param {State} state @param {string} id */
export function toggleSelected({ selected }, id) {
  if (!selected.delete(id)) selected.add(id);
}

/** Select all of these, or none where all are. @param {State} state @param {string[]} ids */
export function toggleAll({ selected }, ids) {
  const act = ids.every((id) => selected.has(id)) ? "delete" : "add";
  for (const id of ids) selected[act](id);
}

/** Whether so many can be compared. @param {number} count */
export const canCompare = (count) => count > 1 && count <= MOST_COMPARED;

/** The best accuracy on validation images; null where none were kept back. @param {Run} run */
export const validationAccuracy = ({ best }) => best?.val_accuracy ?? null;

/** Whether it has, or may yet get, a curve on validation images. @param {Run} run */
export const keepsValidation = ({ config, diverged }) =>
  Boolean(config.fit.validation_split) && !diverged;

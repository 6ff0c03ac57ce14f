// @ts-check
/** The draft outlives the page: kept in the browser at every change. */

/** @typedef {import("../draft.js").Draft} Draft */
/** @typedef {import("../storage.js").Kept} Kept */

const KEY = "inkling.draft";
/** The id of the run that the draft was taken from. */
const ORIGIN = "inkling.draft.origin";

/**
 * @param {Pick<Kept, "readJson">} storage
 * @returns {Draft|null} null: nothing kept, or nothing that can be read
 */
export function loadDraft(storage) {
  const kept = storage.readJson(KEY);
  return looksRight(kept) ? kept : null;
}

/** @param {any} kept */
function looksRight(kept) {
  return (
    Array.isArray(kept?.layers) &&
    kept.layers.every((/** @type {any} */ layer) => typeof layer?.type === "string") &&
    [kept.dataset, kept.compile, kept.fit, kept.compile?.optimizer].every(
      (part) => typeof part === "object" && part !== null,
    )
  );
}

/** @param {Pick<Kept, "readJson">} storage @returns {string|null} */
export function loadOrigin(storage) {
  const kept = storage.readJson(ORIGIN);
  return typeof kept === "string" ? kept : null;
}

/** @param {Pick<Kept, "writeJson">} storage @param {{config: Draft, origin?: string|null}} state */
export function saveDraft(storage, { config, origin = null }) {
  storage.writeJson(KEY, config);
  storage.writeJson(ORIGIN, origin);
}

// @ts-check
/** The draft outlives the page: kept in the browser at every change. */

/** @typedef {import("../types.js").RunConfig} RunConfig */

const KEY = "inkling.draft";

/**
 * @param {Pick<Storage, "getItem">} storage
 * @returns {RunConfig|null} null: nothing kept, or nothing that can be read
 */
export function loadDraft(storage) {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? "null");
    return looksRight(kept) ? kept : null;
  } catch {
    return null;
  }
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

/** @param {Pick<Storage, "setItem">} storage @param {RunConfig} config */
export function saveDraft(storage, config) {
  try {
    storage.setItem(KEY, JSON.stringify(config));
  } catch {
    // Full, or forbidden in a private window: the draft then lasts as long as the page.
  }
}

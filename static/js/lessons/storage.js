// @ts-check
/** What the browser keeps of the lessons: the guesses, and how many images to train with. */

const GUESSES = "inkling.lessons.guesses";
const EARLY = "inkling.lessons.early";
const SIZE = "inkling.lessons.size";

/** @typedef {import("../storage.js").Kept} Kept */

/**
 * The guesses that are still among those offered; nothing where nothing can be read.
 * @param {Pick<Kept, "readJson">} storage
 * @param {import("./state.js").Lesson[]} lessons
 * @returns {Record<string, number>}
 */
export function loadGuesses(storage, lessons) {
  const kept = storage.readJson(GUESSES) ?? {};
  return Object.fromEntries(
    lessons.flatMap(({ number, guesses }) =>
      Number.isInteger(kept[number]) && guesses[kept[number]] ? [[number, kept[number]]] : [],
    ),
  );
}

/** @param {Pick<Kept, "writeJson">} storage @param {Record<string, number>} guesses */
export const saveGuesses = (storage, guesses) => storage.writeJson(GUESSES, guesses);

/**
 * The lessons that were to be shown before there was a result, by number.
 * @param {Pick<Kept, "readJson">} storage
 * @returns {Set<number>}
 */
export function loadEarly(storage) {
  const kept = storage.readJson(EARLY);
  return new Set(Array.isArray(kept) ? kept : []);
}

/** @param {Pick<Kept, "writeJson">} storage @param {Set<number>} early */
export const saveEarly = (storage, early) => storage.writeJson(EARLY, [...early]);

/** @param {Pick<Kept, "readJson">} storage @returns {string|null} */
export function loadSize(storage) {
  const kept = storage.readJson(SIZE);
  return typeof kept === "string" ? kept : null;
}

/** @param {Pick<Kept, "writeJson">} storage @param {string} size */
export const saveSize = (storage, size) => storage.writeJson(SIZE, size);

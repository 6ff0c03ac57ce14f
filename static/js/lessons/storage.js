// @ts-check
/** What the browser keeps of the lessons: the guesses, and how many images to train with. */

const GUESSES = "inkling.lessons.guesses";
const SIZE = "inkling.lessons.size";

/** @typedef {Pick<Storage, "getItem">} Reads */
/** @typedef {Pick<Storage, "setItem">} Writes */

/**
 * The guesses that are still among those offered; nothing where nothing can be read.
 * @param {Reads} storage
 * @param {import("./state.js").Lesson[]} lessons
 * @returns {Record<string, number>}
 */
export function loadGuesses(storage, lessons) {
  const kept = read(storage, GUESSES) ?? {};
  return Object.fromEntries(
    lessons.flatMap(({ number, guesses }) =>
      Number.isInteger(kept[number]) && guesses[kept[number]] ? [[number, kept[number]]] : [],
    ),
  );
}

/** @param {Writes} storage @param {Record<string, number>} guesses */
export const saveGuesses = (storage, guesses) => write(storage, GUESSES, guesses);

/** @param {Reads} storage @returns {string|null} */
export function loadSize(storage) {
  const kept = read(storage, SIZE);
  return typeof kept === "string" ? kept : null;
}

/** @param {Writes} storage @param {string} size */
export const saveSize = (storage, size) => write(storage, SIZE, size);

/** @param {Reads} storage @param {string} key @returns {any} */
function read(storage, key) {
  try {
    return JSON.parse(storage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {Writes} storage @param {string} key @param {unknown} value */
function write(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // Full, or forbidden in a private window: it then lasts as long as the page.
  }
}

// @ts-check
/**
 * Which columns are shown: those that the address names, else those that the reader chose last time,
 * else the standard ones. No DOM.
 */
import { chosenOf, standardColumns } from "./columns.js";

/** @typedef {import("./columns.js").Column} Column */

const KEY = "inkling.runs.columns";

/**
 * @param {Column[]} all
 * @param {Pick<import("../storage.js").Kept, "readJson" | "write" | "writeJson">} kept
 * @param {() => boolean} isNarrow
 */
export function createChosen(all, kept, isNarrow) {
  /** What the address names; none: nothing. @type {readonly string[]} */
  let named = [];
  /** @type {Column[]} */
  let columns = [];

  /** @returns {Column[]} */
  function current() {
    const stored = kept.readJson(KEY);
    for (const ids of [named, Array.isArray(stored) ? stored : []]) {
      const found = chosenOf(all, ids);
      if (found.length) return found;
    }
    return chosenOf(all, standardColumns(isNarrow()));
  }

  /** The same columns stay the same array, for whoever draws only what has changed. */
  function update() {
    const next = current();
    if (next.map(({ id }) => id).join() !== columns.map(({ id }) => id).join()) columns = next;
  }

  update();
  return {
    get: () => columns,

    /** The ids of those shown. */
    ids: () => columns.map(({ id }) => id),

    /** The address names these now. @param {readonly string[]} ids */
    name(ids) {
      named = ids;
      update();
    },

    /** The reader shows or hides one; the last one stays. @param {string} id @param {boolean} isShown */
    set(id, isShown) {
      const ids = new Set(columns.map((column) => column.id));
      ids[isShown ? "add" : "delete"](id);
      if (!ids.size) return;
      kept.writeJson(
        KEY,
        chosenOf(all, [...ids]).map((column) => column.id),
      );
      named = [];
      update();
    },

    /** The standard ones again. */
    reset() {
      kept.write(KEY, null);
      named = [];
      update();
    },

    /** The window is another one. */
    update,
  };
}

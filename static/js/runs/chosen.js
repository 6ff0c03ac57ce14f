// @ts-check
/** Which columns are shown: those that the address names, else the standard ones. No DOM. */
import { chosenOf, standardColumns } from "./columns.js";

/** @typedef {import("./columns.js").Column} Column */

const KEY = "inkling.runs.columns";

/** What the reader chose last time; none: nothing. @param {Pick<import("../storage.js").Kept, "readJson">} kept @returns {string[]} */
export function loadColumns(kept) {
  const ids = kept.readJson(KEY);
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
}

/** @param {Pick<import("../storage.js").Kept, "write" | "writeJson">} kept @param {string[]} ids */
export const saveColumns = (kept, ids) =>
  ids.length ? kept.writeJson(KEY, ids) : kept.write(KEY, null);

/**
 * @param {Column[]} all
 * @param {() => number} room pixels for the list
 */
export function createChosen(all, room) {
  /** Those that the address names. @type {Column[]} */
  let named = [];
  /** @type {Column[]} */
  let columns = [];

  /** The same columns stay the same array, for whoever draws only what has changed. */
  function update() {
    const next = named.length ? named : standardColumns(all, room());
    if (idsOf(next).join() !== idsOf(columns).join()) columns = next;
  }

  update();
  return {
    get: () => columns,

    /** The ids of those shown. */
    ids: () => idsOf(columns),

    /** The ids after one is shown or hidden; the last one stays. @param {string} id @param {boolean} isShown */
    after(id, isShown) {
      const ids = new Set(idsOf(columns));
      ids[isShown ? "add" : "delete"](id);
      return ids.size ? idsOf(chosenOf(all, [...ids])) : idsOf(columns);
    },

    /** The address names these now; returns those of them that there are. @param {readonly string[]} ids */
    name(ids) {
      named = chosenOf(all, ids);
      update();
      return idsOf(named);
    },

    /** The window is another one. */
    update,
  };
}

/** @param {Column[]} columns */
const idsOf = (columns) => columns.map(({ id }) => id);

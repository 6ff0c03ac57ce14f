// @ts-check
/** Where each of many tiles lies in a list that scrolls; only those in sight are drawn. */

/**
 * @typedef {object} Layout
 * @property {number} columns
 * @property {number} rows
 * @property {number} tile side of a tile, its gap included, in CSS pixels
 * @property {number} pitch from one row to the next: a tile and the words below it
 * @property {number} height of all rows
 */

/**
 * As many columns as fit.
 * @param {number} count
 * @param {number} width
 * @param {number} least the smallest side of a tile
 * @param {number} [words] height of what stands below each tile
 * @returns {Layout}
 */
export function layoutOf(count, width, least, words = 0) {
  const columns = Math.max(1, Math.floor(width / least));
  const tile = width / columns;
  const rows = Math.ceil(count / columns);
  const pitch = tile + words;
  return { columns, rows, tile, pitch, height: rows * pitch };
}

/**
 * The tiles that a window onto the rows shows, in part or whole.
 * @param {Layout} layout
 * @param {number} count
 * @param {number} top where the window begins
 * @param {number} height of the window
 * @returns {{from: number, to: number}} the first, and the one after the last
 */
export function inSight({ columns, pitch }, count, top, height) {
  const from = Math.max(0, Math.floor(top / pitch)) * columns;
  const to = Math.ceil((top + height) / pitch) * columns;
  return { from: Math.min(from, count), to: Math.min(Math.max(to, 0), count) };
}

/**
 * The tile at a point, or -1.
 * @param {Layout} layout
 * @param {number} count
 * @param {number} x
 * @param {number} y from the top of the first row
 */
export function tileAt({ columns, tile, pitch }, count, x, y) {
  const column = Math.floor(x / tile);
  if (x < 0 || y < 0 || column >= columns) return -1;
  const place = Math.floor(y / pitch) * columns + column;
  return place < count ? place : -1;
}

/**
 * Where a key leads from a tile; null: nowhere, the key means something else.
 * @param {Layout} layout
 * @param {number} count
 * @param {number} place
 * @param {string} key
 * @param {number} page rows in sight
 */
export function stepOf({ columns }, count, place, key, page) {
  /** @type {Record<string, number>} */
  const steps = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * page,
    PageDown: columns * page,
    Home: -count,
    End: count,
  };
  if (!(key in steps) || !count) return null;
  return Math.min(Math.max(place + steps[key], 0), count - 1);
}

/**
 * Where to scroll so that a tile is in sight; as little as may be.
 * @param {Layout} layout
 * @param {number} place
 * @param {number} top
 * @param {number} height
 */
export function scrollTo({ columns, pitch }, place, top, height) {
  const upper = Math.floor(place / columns) * pitch;
  return Math.max(Math.min(top, upper), upper + pitch - height);
}

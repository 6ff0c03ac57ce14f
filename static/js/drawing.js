// @ts-check
/** What is on the pad, as the network saw it: the Write column publishes it, others read it. */

import { createCell } from "./cell.js";

/** @typedef {number[][]} Pixels 28 rows of 28 numbers, 0–255, 0 = paper */

/** A store of one image; null: the pad is empty. */
export const createDrawing = () => createCell(/** @type {Pixels | null} */ (null));

export const drawing = createDrawing();

// @ts-check
/** What the pad asks: whom, and what it shows. Knows no page. */

import { chosenEpoch } from "../moment.js";
import { rowsOf } from "../pixels.js";
import { canAnswer, epochOf, target } from "./choice.js";
import { copy, isEmpty } from "./ink.js";

/** @typedef {import("./write.js").Writing} Writing */
/** @typedef {{run_id: string, epoch?: string | number, strokes?: number[][][], image?: string,
 *   pixels?: number[][]}} Question */

/** Whether the run that is chosen answers. @param {import("./choice.js").Choice} choice */
export const mayAsk = (choice) => canAnswer(choice.runs.get(target(choice)));

/** @param {Writing} state */
export function hasDrawing(state) {
  return state.picture !== null || !isEmpty(state.ink);
}

/**
 * @param {Writing} state
 * @returns {Question | null} null while there is nothing to ask, or no model to answer
 */
export function questionOf({ ink, picture, choice }) {
  const runId = target(choice);
  if (runId === null || !mayAsk(choice)) return null;
  const whom = { run_id: runId, ...chosenEpoch(epochOf(choice)) };
  if (picture && "pixels" in picture) return { ...whom, pixels: rowsOf(picture.pixels) };
  if (picture) return { ...whom, image: picture.url };
  return isEmpty(ink) ? null : { ...whom, strokes: copy(ink) };
}

// @ts-check
/** In what the form differs from the run that is looked at: Build publishes it, Watch shows it. */

import { createCell } from "./cell.js";

/** @typedef {{runId: string, words: string[]}} Differing */

/** null: not known, or no run is looked at. */
export const differing = createCell(/** @type {Differing | null} */ (null));

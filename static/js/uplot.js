// @ts-check
/** uPlot, which its minified build (a deferred script in the page's head) leaves as a global. */

import { byId } from "./parts.js";

/** @typedef {typeof import("uplot")} Plotting */

/** @returns {Plotting} @throws {Error} where its script could not be fetched, or failed */
export function plotting() {
  const { uPlot } = /** @type {any} */ (globalThis);
  if (!uPlot) throw new Error("uPlot is not there");
  return uPlot;
}

/**
 * Fetch its script again, where it is not there: a copy of the template's, since the content policy
 * lets no script choose a script's address.
 * @returns {Promise<unknown>}
 */
export async function fetchPlotting() {
  if (/** @type {any} */ (globalThis).uPlot) return null;
  const copy = document.importNode(byId("plotting", HTMLTemplateElement).content, true);
  const script = /** @type {HTMLScriptElement} */ (copy.firstElementChild);
  return new Promise((resolve, reject) => {
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}

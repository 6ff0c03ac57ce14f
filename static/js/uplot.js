// @ts-check
/** uPlot, which its minified build (a deferred script in the page's head) leaves as a global. */

import { el } from "./dom.js";

/** @typedef {typeof import("uplot")} Plotting */

/** @returns {Plotting} @throws {Error} where its script could not be fetched, or failed */
export function plotting() {
  const { uPlot } = /** @type {any} */ (globalThis);
  if (!uPlot) throw new Error("uPlot is not there");
  return uPlot;
}

/** Fetch its script again, where it is not there. @returns {Promise<unknown>} */
export async function fetchPlotting() {
  if (/** @type {any} */ (globalThis).uPlot) return null;
  const src = new URL("../vendor/uplot/uPlot.iife.min.js", import.meta.url).href;
  return new Promise((resolve, reject) =>
    document.head.append(el("script", { src, onload: resolve, onerror: reject })),
  );
}

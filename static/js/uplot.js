// @ts-check
/** uPlot, which its minified build (a deferred script in the page's head) leaves as a global. */

/** @type {typeof import("uplot")} */
export default /** @type {any} */ (globalThis).uPlot;

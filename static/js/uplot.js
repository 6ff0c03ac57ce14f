// @ts-check
/** uPlot, which its minified build leaves as a global; fetched when the first chart is drawn. */

import { byId } from "./parts.js";

/** @typedef {typeof import("uplot")} Plotting */

const isHere = () => Boolean(/** @type {any} */ (globalThis).uPlot);

/** @returns {Plotting} @throws {Error} where its script is not here */
export function plotting() {
  if (!isHere()) throw new Error("uPlot is not there");
  return /** @type {any} */ (globalThis).uPlot;
}

/** The script on its way. @type {Promise<unknown> | null} */
let coming = null;

/** Fetch its script, where it is not here. Rejects where it does not come; then it can be asked again. */
export async function fetchPlotting() {
  if (isHere()) return;
  coming ??= fetchScript().finally(() => (coming = null));
  await coming;
}

/** Run a copy of the template's script: the content policy lets no script choose an address. */
function fetchScript() {
  const copy = document.importNode(byId("plotting", HTMLTemplateElement).content, true);
  const script = /** @type {HTMLScriptElement} */ (copy.firstElementChild);
  return new Promise((resolve, reject) => {
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}

// @ts-check
/** What stands there before a run is chosen: what will happen, and the last three runs. */

import { get } from "../api.js";
import { el } from "../dom.js";
import { part } from "../parts.js";
import { percent } from "../numbers.js";
import { selection } from "../selection.js";
import { createHistory } from "./history.js";
import { statusText } from "./words.js";

/** @typedef {import("../types.js").Run} Run */

/**
 * @param {HTMLElement} root
 */
export function createEmpty(root) {
  let asked = false;
  return {
    /** @param {boolean} shown */
    draw(shown) {
      if (!shown || asked) return;
      asked = true;
      get("/api/runs?limit=3").then(
        (answer) => list(root, answer.runs),
        () => {
          // Without the list the picture stands alone.
        },
      );
    },
  };
}

/**
 * @param {HTMLElement} root
 * @param {Run[]} runs
 */
function list(root, runs) {
  const place = part(root, "last-runs");
  place.hidden = !runs.length;
  place.querySelector("ul").replaceChildren(...runs.map(line));
}

/** @param {Run} run */
function line(run) {
  const link = el("a", {}, run.name);
  link.href = `/?run=${encodeURIComponent(run.id)}`;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    selection.set(run.id);
  });
  const reached = run.test?.accuracy ?? run.best?.val_accuracy ?? run.latest?.accuracy;
  const pill = el("span", { class: "pill" }, statusText(run, createHistory()));
  pill.dataset.status = run.status;
  return el("li", {}, link, pill, el("span", { class: "num" }, percent(reached)));
}

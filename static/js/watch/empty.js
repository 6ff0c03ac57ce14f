// @ts-check
/** What stands there before a run is chosen: what will happen, and the last three runs. */

import { lookOf, orDiverged, stateWord } from "../look.js";
import { ownFirst } from "../owners.js";
import { el } from "../dom.js";
import { createKeyed } from "../keyed.js";
import { createLifetime } from "../lifetime.js";
import { part } from "../parts.js";
import { percent } from "../numbers.js";
import { placeWords } from "../waiting.js";

/** @typedef {import("../types.js").Run} Run */

/** So many of the newest runs are offered. */
const MOST = 3;

/**
 * @param {HTMLElement} root
 * @param {import("../runstore.js").RunStore} runs
 * @param {import("./watch.js").Address} address
 */
export function createEmpty(root, runs, address) {
  const place = part(root, "last-runs");
  const lifetime = createLifetime();
  const lines = lifetime.own(createKeyed(part(root, "newest")));
  let isShown = false;

  function list() {
    if (!isShown) return;
    const newest = ownFirst(runs.all()).slice(0, MOST);
    place.hidden = !newest.length;
    lines.draw(
      newest.map((run) => ({
        key: run.id,
        version: JSON.stringify(run),
        make: () => line(run, address),
      })),
    );
  }
  lifetime.atEnd(runs.subscribe({ onRun: list, onDeleted: list }));

  return {
    /** @param {boolean} shown */
    draw(shown) {
      if (isShown === shown) return;
      isShown = shown;
      list();
    },
    dispose: lifetime.dispose,
  };
}

/** @param {Run} run @param {import("./watch.js").Address} address */
function line(run, address) {
  const link = el("a", {}, run.name);
  link.href = address.to({ run: run.id });
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    address.choose({ run: run.id });
  });
  const reached = run.diverged ? null : (run.test?.accuracy ?? run.best?.val_accuracy);
  const words = run.status === "queued" ? placeWords(run) : stateWord(run);
  const pill = el("span", { class: "pill" }, orDiverged(run, words));
  pill.dataset.status = lookOf(run);
  return el("li", {}, link, pill, el("span", { class: "num" }, percent(reached)));
}

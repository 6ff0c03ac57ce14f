// @ts-check
/** The fold below the form that shows it as a program; what it holds comes when it is opened. */

import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { fetchPart } from "../later.js";
import { alone } from "../mount.js";

/** The program waits so long for the next change. */
const REST_MS = 300;

/**
 * @param {() => import("../draft.js").Draft} config what the form says now
 */
export function createFold(config) {
  const place = el("div", {}, el("p", { class: "waiting arriving", role: "status" }));
  const element = el(
    "details",
    { class: "as-program more-fields", ontoggle: () => draw(0) },
    el("summary", {}, _("As a Keras program")),
    place,
  );
  const program = alone(
    place,
    ({ createProgram }) => createProgram(place, () => element.open),
    () => fetchPart("program", () => import("./program.js")),
  );

  /** @param {number} rest milliseconds */
  function draw(rest) {
    if (element.open) program.draw({ config: config(), rest });
  }

  return {
    element,

    /** The form says something else now. */
    changed: () => draw(REST_MS),

    dispose: program.dispose,
  };
}

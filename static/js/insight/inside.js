// @ts-check
/** The Inside tab. */

import { part } from "../parts.js";

/** @type {import("./lazy.js").TabModule["create"]} */
export function create(panel, _render, _pad) {
  return {
    draw() {
      part(panel, "inside").hidden = false;
    },
  };
}

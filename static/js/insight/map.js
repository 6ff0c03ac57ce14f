// @ts-check
/** The Map tab. */

import { part } from "../parts.js";

/** @type {import("./lazy.js").TabModule["create"]} */
export function create(panel, _render, _pad) {
  return {
    draw() {
      part(panel, "map").hidden = false;
    },
  };
}

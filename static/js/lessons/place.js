// @ts-check
/** What the address of a lesson names. No DOM here. */

import { at, within } from "../root.js";

/** @typedef {import("./state.js").Answer} Answer */
/** @typedef {import("./state.js").Place} Place */

/** @param {string} href @returns {Place} */
export function placeOf(href) {
  const url = new URL(href);
  const number = /^\/lessons\/(\d+)$/.exec(within(url.pathname))?.[1];
  return {
    number: number ? Number(number) : null,
    projector: url.searchParams.has("projector"),
    size: url.searchParams.get("size"),
    lang: url.searchParams.get("lang"),
  };
}

/** @param {Place} place */
export function addressOf({ number, projector, size, lang }) {
  const query = new URLSearchParams();
  if (lang) query.set("lang", lang);
  if (size) query.set("size", size);
  if (projector) query.set("projector", "");
  const search = query.toString().replace(/=(?=&|$)/, "");
  return at(`/lessons${number ? `/${number}` : ""}${search ? `?${search}` : ""}`);
}

/** The size to begin with: the address', else the one kept, else what this machine has. */
export function sizeFor(
  /** @type {Answer} */ { sizes, default_size },
  /** @type {(string|null)[]} */ ...preferred
) {
  const can = (/** @type {string|null} */ name) =>
    sizes.some((size) => size.name === name && size.available);
  return preferred.find(can) ?? default_size;
}

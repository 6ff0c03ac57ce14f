// @ts-check
/**
 * Reading a picture that is made of places: a mouse, a finger or the arrow keys point at one, and a
 * line below says what is there.
 */

import { el } from "../../dom.js";
import { setText } from "../../parts.js";

/**
 * @typedef {object} Readable
 * @property {() => number} count how many places there are
 * @property {(x: number, y: number) => number} find the place at a point of the frame; -1: none
 * @property {(place: number, key: string) => number | null} step where a key leads
 * @property {(place: number) => string} say
 * @property {() => string} rest what the line says while nothing is pointed at
 * @property {(place: number) => void} onPoint -1: at nothing any more
 */

/**
 * @param {string} label what the picture shows
 * @param {Readable} picture
 */
export function createReader(label, picture) {
  const frame = el("div", {
    class: "read-frame",
    role: "slider",
    tabindex: 0,
    "aria-label": label,
    "aria-valuemin": 0,
  });
  const line = el("p", { class: "reading-line num", "aria-hidden": "true" });
  let place = -1;

  /** @param {number} to */
  function point(to) {
    place = to < picture.count() ? to : -1;
    picture.onPoint(place);
    say();
  }

  function say() {
    const text = place < 0 ? picture.rest() : picture.say(place);
    setText(line, text);
    frame.setAttribute("aria-valuemax", String(Math.max(0, picture.count() - 1)));
    frame.setAttribute("aria-valuenow", String(Math.max(0, place)));
    frame.setAttribute("aria-valuetext", text);
  }

  const pointAt = (/** @type {PointerEvent} */ event) => {
    const box = frame.getBoundingClientRect();
    point(picture.find(event.clientX - box.left, event.clientY - box.top));
  };
  frame.addEventListener("pointermove", pointAt);
  frame.addEventListener("pointerdown", pointAt);
  frame.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && point(-1));
  frame.addEventListener("blur", () => point(-1));
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = picture.step(Math.max(0, place), event.key);
    if (to === null) return;
    event.preventDefault();
    point(place < 0 ? 0 : to);
  });
  return { frame, line, /** What is there has changed. */ refresh: () => point(place) };
}

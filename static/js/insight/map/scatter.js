// @ts-check
/** The field of points: drawn on a canvas, pointed at by mouse, finger or arrow keys. */

import { color } from "../../colors.js";
import { el } from "../../dom.js";
import { _ } from "../../i18n.js";
import { createLifetime } from "../../lifetime.js";
import { isWrong, nearest, placesOf, stepTo } from "./points.js";

/** @typedef {import("./points.js").MapView} MapView */

/** @type {import("./points.js").Places} */
export const NOWHERE = { x: new Float32Array(), y: new Float32Array() };

const MARGIN = 14;
const RING = 7.5;
/** Pixels between a pointer and the point that it means. */
const WITHIN = 24;
const FONT = "700 11px system-ui, sans-serif";

/**
 * @param {HTMLElement} frame
 * @param {{onPoint(place: number): void, onTake(place: number): void}} listeners for the image pointed
 *   at, -1: none; and of the one to be put on the pad
 */
export function createScatter(frame, listeners) {
  const canvas = el("canvas", { "aria-hidden": "true" });
  const marker = el("span", { class: "marker", hidden: true });
  frame.append(canvas, marker);
  let places = NOWHERE;
  /** @type {number[]} */
  let shown = [];
  let place = -1;

  /** @param {number} to */
  function point(to) {
    place = to;
    marker.hidden = to < 0;
    if (to >= 0) marker.style.transform = `translate(${places.x[to]}px, ${places.y[to]}px)`;
    listeners.onPoint(to);
  }

  const pointAt = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const found = nearest(places, shown, x, y, WITHIN);
    if (found >= 0 && found !== place) point(found);
  };
  const take = (/** @type {MouseEvent} */ event) => {
    // A finger that points must not leave the page; there is a button for it.
    const mouse = /** @type {PointerEvent} */ (event).pointerType === "mouse";
    if (mouse && place >= 0) listeners.onTake(place);
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && place >= 0) listeners.onTake(place);
    const to = stepTo(places, shown, place, event.key);
    if (to === null) return;
    event.preventDefault();
    point(to);
  };
  const lifetime = createLifetime();
  const { signal } = lifetime;
  frame.addEventListener("pointermove", pointAt, { signal });
  frame.addEventListener("pointerdown", pointAt, { signal });
  frame.addEventListener("click", take, { signal });
  frame.addEventListener("keydown", onKey, { signal });

  return {
    /**
     * @param {MapView} view
     * @param {Float32Array} x
     * @param {Float32Array} y
     * @param {number[]} wanted places of the points to show, in the order of drawing
     */
    draw(view, x, y, wanted) {
      const [width, height] = [frame.clientWidth, frame.clientHeight];
      places = placesOf(x, y, { width, height, margin: MARGIN });
      shown = wanted;
      paint(canvas, view, places, shown);
      point(shown.includes(place) ? place : -1);
    },
    /** @param {string} text what is pointed at */
    say(text) {
      frame.setAttribute("aria-valuemax", String(Math.max(0, shown.length - 1)));
      frame.setAttribute("aria-valuenow", String(Math.max(0, shown.indexOf(place))));
      frame.setAttribute("aria-valuetext", text || _("No image is selected."));
    },
    dispose: lifetime.dispose,
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {MapView} view
 * @param {import("./points.js").Places} places
 * @param {number[]} shown
 */
function paint(canvas, view, places, shown) {
  const frame = /** @type {HTMLElement} */ (canvas.parentElement);
  const ratio = window.devicePixelRatio || 1;
  canvas.width = frame.clientWidth * ratio;
  canvas.height = frame.clientHeight * ratio;
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  ctx.scale(ratio, ratio);
  ctx.font = FONT;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineWidth = 1.25;
  ctx.strokeStyle = color("--seal");
  const ground = color("--sheet");
  const colors = Array.from({ length: 10 }, (_nothing, digit) => color(`--digit-${digit}`));
  for (const place of shown) {
    const [x, y, digit] = [places.x[place], places.y[place], view.truth[place]];
    if (isWrong(view, place)) ring(ctx, x, y, ground);
    ctx.fillStyle = colors[digit];
    ctx.fillText(String(digit), x, y);
  }
}

/**
 * A disk of the ground keeps the figure in a ring readable in a crowd.
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x
 * @param {number} y
 * @param {string} ground
 */
function ring(ctx, x, y, ground) {
  ctx.beginPath();
  ctx.arc(x, y, RING, 0, 7);
  ctx.fillStyle = ground;
  ctx.fill();
  ctx.stroke();
}

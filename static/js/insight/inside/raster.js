// @ts-check
/** A picture of cells, one value each, that can be read cell by cell. */

import { el } from "../../dom.js";
import { createReader } from "./reader.js";

/**
 * @typedef {object} Cells
 * @property {number} width
 * @property {number} height
 * @property {Uint8ClampedArray} rgba
 * @property {(x: number, y: number) => string} say
 * @property {string} rest
 */

/**
 * @param {string} label
 * @param {string} kind a class that gives it its size
 */
export function createRaster(label, kind) {
  let cells = /** @type {Cells} */ ({
    width: 1,
    height: 1,
    rgba: new Uint8ClampedArray(4),
    say: () => "",
    rest: "",
  });
  const canvas = el("canvas", { "aria-hidden": "true" });
  const marker = el("i", { class: "marker", hidden: true });
  const reader = createReader(label, {
    count: () => cells.width * cells.height,
    find(x, y) {
      const [across, down] = [x / canvas.clientWidth, y / canvas.clientHeight];
      if (!(across >= 0 && across < 1 && down >= 0 && down < 1)) return -1;
      return Math.floor(down * cells.height) * cells.width + Math.floor(across * cells.width);
    },
    step: (place, key) => stepIn(cells, place, key),
    say: (place) => cells.say(place % cells.width, Math.floor(place / cells.width)),
    rest: () => cells.rest,
    onPoint(place) {
      marker.hidden = place < 0;
      marker.style.left = `${(100 * (place % cells.width)) / cells.width}%`;
      marker.style.top = `${(100 * Math.floor(place / cells.width)) / cells.height}%`;
      marker.style.width = `${100 / cells.width}%`;
      marker.style.height = `${100 / cells.height}%`;
    },
  });
  reader.frame.classList.add("raster", kind);
  reader.frame.append(canvas, marker);

  return {
    frame: reader.frame,
    line: reader.line,
    /** @param {Cells} now */
    show(now) {
      cells = now;
      [canvas.width, canvas.height] = [now.width, now.height];
      const ctx = canvas.getContext("2d");
      const image = ctx?.createImageData(now.width, now.height);
      if (!ctx || !image) return;
      image.data.set(now.rgba);
      ctx.putImageData(image, 0, 0);
      reader.refresh();
    },
  };
}

/**
 * @param {{width: number, height: number}} size
 * @param {number} place
 * @param {string} key
 */
export function stepIn({ width, height }, place, key) {
  const [x, y] = [place % width, Math.floor(place / width)];
  /** @type {Record<string, [number, number]>} */
  const steps = {
    ArrowLeft: [x - 1, y],
    ArrowRight: [x + 1, y],
    ArrowUp: [x, y - 1],
    ArrowDown: [x, y + 1],
    Home: [0, y],
    End: [width - 1, y],
  };
  if (!steps[key]) return null;
  const [toX, toY] = steps[key];
  const within = (/** @type {number} */ at, /** @type {number} */ size) =>
    Math.max(0, Math.min(at, size - 1));
  return within(toY, height) * width + within(toX, width);
}

// @ts-check
/** Many small pictures of one size in rows, on one canvas, each of which can be read. */

import { color } from "../../colors.js";
import { layoutOf, stepOf, tileAt } from "../../tiles/layout.js";
import { el } from "../../dom.js";
import { createLifetime } from "../../lifetime.js";
import { createReader } from "./reader.js";

/**
 * @typedef {object} Pictures
 * @property {number} count
 * @property {number} width of each, in its own pixels
 * @property {number} height
 * @property {(place: number) => Uint8ClampedArray} rgba of one
 * @property {(place: number) => string} say
 * @property {string} rest
 * @property {(place: number) => string} [label] written below each
 */

/** Room between two tiles, in CSS pixels: next to none between small ones. */
const GAPS = [1, 4];
const SMALL = 16;

/** Room for a label below a tile, in CSS pixels. */
const LABEL = 16;

/** No picture is drawn larger than this, in CSS pixels. */
const LARGEST = 84;

/**
 * The least side of a tile in CSS pixels: small ones for thousands of single values.
 * @param {{count: number, width: number, height: number}} pictures
 */
export function leastSide({ count, width, height }) {
  const side = Math.max(width, height);
  if (side > 1) return Math.min(56, Math.max(count > 64 ? 28 : 44, 2 * side));
  return count > 2000 ? 6 : count > 100 ? 10 : count > 10 ? 18 : 32;
}

/** @param {string} label */
export function createTiles(label) {
  let pictures = /** @type {Pictures | null} */ (null);
  let layout = layoutOf(0, 1, 1);
  let pointed = -1;
  let width = 0;
  const canvas = el("canvas", { "aria-hidden": "true" });
  const sprite = document.createElement("canvas");
  const reader = createReader(label, {
    count: () => pictures?.count ?? 0,
    find: (x, y) => tileAt(layout, pictures?.count ?? 0, x, (y * layout.tile) / pitch()),
    step: (place, key) => stepOf(layout, pictures?.count ?? 0, place, key, 4),
    say: (place) => pictures?.say(place) ?? "",
    rest: () => pictures?.rest ?? "",
    onPoint(place) {
      if (place === pointed) return;
      pointed = place;
      draw();
    },
  });
  reader.frame.classList.add("tiles");
  reader.frame.append(canvas);
  const lifetime = createLifetime();
  const resized = new ResizeObserver(() => {
    if (reader.frame.clientWidth === width) return; // else its own height would call it again
    measure();
    draw();
  });
  lifetime.observe(resized, reader.frame);

  /** From one row to the next. */
  const pitch = () => layout.tile + (pictures?.label ? LABEL : 0);

  function measure() {
    width = reader.frame.clientWidth;
    if (!pictures || !width) return;
    const made = layoutOf(pictures.count, width, leastSide(pictures));
    const tile = Math.min(made.tile, LARGEST);
    layout = { ...made, tile, height: 0 };
    layout.height = made.rows * pitch();
    canvas.style.height = `${layout.height}px`;
  }

  /** All pictures, one below the other, in their own pixels. */
  function fillSprite() {
    if (!pictures) return;
    const { count, width: w, height: h } = pictures;
    [sprite.width, sprite.height] = [w, Math.max(1, h * count)];
    const ctx = sprite.getContext("2d");
    const image = ctx?.createImageData(sprite.width, sprite.height);
    if (!ctx || !image) return;
    for (let place = 0; place < count; place += 1) {
      image.data.set(pictures.rgba(place), 4 * w * h * place);
    }
    ctx.putImageData(image, 0, 0);
  }

  function draw() {
    const density = window.devicePixelRatio;
    const ctx = canvas.getContext("2d");
    if (!pictures || !ctx || !width) return;
    const size = [Math.round(width * density), Math.round(layout.height * density)];
    if (canvas.width !== size[0] || canvas.height !== size[1]) {
      [canvas.width, canvas.height] = size;
    }
    ctx.setTransform(density, 0, 0, density, 0, 0);
    ctx.clearRect(0, 0, width, layout.height);
    ctx.imageSmoothingEnabled = false;
    const { width: w, height: h } = pictures;
    const side = layout.tile - GAPS[layout.tile > SMALL ? 1 : 0];
    const scale = side / Math.max(w, h);
    const colors = { mark: color("--ink"), edge: color("--rule") };
    for (let place = 0; place < pictures.count; place += 1) {
      const x = (place % layout.columns) * layout.tile;
      const y = Math.floor(place / layout.columns) * pitch();
      ctx.drawImage(sprite, 0, place * h, w, h, x, y, w * scale, h * scale);
      if (pictures.label) write(ctx, pictures.label(place), x + side / 2, y + layout.tile);
      const isPointed = place === pointed;
      if (!isPointed && layout.tile <= SMALL) continue;
      ctx.strokeStyle = isPointed ? colors.mark : colors.edge;
      ctx.lineWidth = isPointed ? 2 : 1;
      const inset = ctx.lineWidth / 2;
      ctx.strokeRect(x + inset, y + inset, w * scale - 2 * inset, h * scale - 2 * inset);
    }
  }

  return {
    frame: reader.frame,
    line: reader.line,
    /** @param {Pictures} now */
    show(now) {
      pictures = now;
      measure();
      fillSprite();
      draw();
      reader.refresh();
    },
    dispose: lifetime.dispose,
  };
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} text
 * @param {number} x its middle
 * @param {number} y its top
 */
function write(ctx, text, x, y) {
  ctx.fillStyle = color("--ink-2");
  ctx.font = "12px system-ui, sans-serif";
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  ctx.fillText(text, x, y);
}

// @ts-check
/** The paper: turns pointers into ink and paints ink, whatever its size and the screen's density. */

import { color, onThemeChange } from "../colors.js";
import { oncePerFrame } from "../dom.js";
import { createLifetime } from "../lifetime.js";
import { paint as paintPixels } from "../pixels.js";
import { comeDown, createHands, goUp, isDrawing } from "./hands.js";
import { SIDE, WIDTH, lift, moveTo, putDown, undo } from "./ink.js";

/** @typedef {import("./ink.js").Ink} Ink */
/** @typedef {import("./picture.js").Picture} Picture */

/**
 * @typedef {object} PadListeners
 * @property {() => void} onDown a stroke begins
 * @property {() => void} onInk there is more ink
 * @property {() => void} onLift
 * @property {() => void} onTaken the current stroke was none, and is removed
 * @property {() => void} onFull
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{ink: Ink, picture: Picture | null}} state
 * @param {PadListeners} listeners
 */
export function mountPad(canvas, state, listeners) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const paint = oncePerFrame(() => draw(canvas, state), signal);
  mountPointers(canvas, state.ink, listeners, signal);
  lifetime.observe(new ResizeObserver(paint), canvas);
  onThemeChange(paint, signal);
  // A window moved to a screen of another density.
  addEventListener("resize", paint, { signal });
  paint();
  return { /** Paint the pad again, at most once a frame. */ paint, dispose: lifetime.dispose };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Ink} ink
 * @param {PadListeners} listeners
 * @param {AbortSignal} signal ends it
 */
function mountPointers(canvas, ink, listeners, signal) {
  const hands = createHands();

  const press = (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0) return;
    const { draws, takesBack } = comeDown(hands, event);
    if (takesBack) {
      if (ink.down) undo(ink);
      listeners.onTaken();
    }
    if (!draws) return;
    event.preventDefault();
    // So that Ctrl+Z takes ink back, not letters in a field left behind.
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
    if (!putDown(ink, ...place(canvas, event))) {
      goUp(hands, event);
      return listeners.onFull();
    }
    listeners.onDown();
    canvas.setPointerCapture(event.pointerId);
    listeners.onInk();
  };
  const move = (/** @type {PointerEvent} */ event) => {
    if (!isDrawing(hands, event)) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    let added = false;
    for (const step of steps.length ? steps : [event]) {
      added = moveTo(ink, ...place(canvas, step)) || added;
    }
    if (added) listeners.onInk();
  };
  const end = (/** @type {PointerEvent} */ event) => {
    if (!goUp(hands, event)) return;
    lift(ink);
    listeners.onLift();
  };
  canvas.addEventListener("pointerdown", press, { signal });
  canvas.addEventListener("pointermove", move, { signal });
  canvas.addEventListener("pointerup", end, { signal });
  canvas.addEventListener("pointercancel", end, { signal });
  canvas.addEventListener("lostpointercapture", end, { signal });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {PointerEvent} event
 * @returns {[number, number]} in units of the pad
 */
function place(canvas, event) {
  const box = canvas.getBoundingClientRect();
  const scale = SIDE / box.width;
  return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{ink: Ink, picture: Picture | null}} state
 */
function draw(canvas, { ink, picture }) {
  const side = Math.round(canvas.clientWidth * window.devicePixelRatio);
  const ctx = canvas.getContext("2d");
  if (!side || !ctx) return;
  if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
  ctx.setTransform(side / SIDE, 0, 0, side / SIDE, 0, 0);
  ctx.clearRect(0, 0, SIDE, SIDE);
  if (picture) drawPicture(ctx, "bitmap" in picture ? picture.bitmap : inked(picture.pixels));
  ctx.lineWidth = WIDTH;
  ctx.lineCap = ctx.lineJoin = "round";
  ctx.strokeStyle = ctx.fillStyle = color("--ink");
  for (const stroke of ink.strokes) drawStroke(ctx, stroke);
}

/**
 * A smooth curve: through the middles between dots, bent towards the dots themselves.
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("./ink.js").Stroke} dots
 */
function drawStroke(ctx, dots) {
  ctx.beginPath();
  if (dots.length === 1) {
    ctx.arc(dots[0][0], dots[0][1], WIDTH / 2, 0, 2 * Math.PI);
    ctx.fill();
    return;
  }
  ctx.moveTo(...dots[0]);
  for (let n = 1; n < dots.length - 1; n += 1) {
    const [[x, y], [u, v]] = [dots[n], dots[n + 1]];
    ctx.quadraticCurveTo(x, y, (x + u) / 2, (y + v) / 2);
  }
  ctx.lineTo(...dots[dots.length - 1]);
  ctx.stroke();
}

/** In the theme's ink. @param {Uint8Array} pixels */
function inked(pixels) {
  const canvas = document.createElement("canvas");
  paintPixels(canvas, pixels);
  return canvas;
}

/**
 * The whole image, as large as fits.
 * @param {CanvasRenderingContext2D} ctx
 * @param {HTMLCanvasElement} bitmap
 */
function drawPicture(ctx, bitmap) {
  const scale = SIDE / Math.max(bitmap.width, bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  ctx.imageSmoothingEnabled = scale < 2;
  ctx.drawImage(bitmap, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
}

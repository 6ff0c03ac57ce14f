// @ts-check
/** Tens of thousands of digits in a list that scrolls: one canvas draws those in sight. */

import { color, onThemeChange } from "../colors.js";
import { oncePerFrame } from "../dom.js";
import { _ } from "../i18n.js";
import { part, setText } from "../parts.js";
import { inSight, layoutOf, scrollTo, stepOf, tileAt } from "./layout.js";
import { SIDE, paint } from "../pixels.js";
import { countOf } from "./state.js";

/** @typedef {import("./state.js").Looking} Looking */
/** @typedef {import("./state.js").Page} Page */
/** @typedef {ReturnType<typeof import("./pages.js").createPages<Page>>} Pages */

/** The least side of a tile in CSS pixels, and the room around its image. */
const LEAST = 44;
const GAP = 6;

/** What a fast scroll only passes is not fetched: where it rests for so long, it is. */
const REST_MS = 60;

/** A finger that moves farther than this scrolls. */
const STILL = 6;

/**
 * @param {HTMLElement} root
 * @param {(at: number) => void} onChoose
 */
export function createGrid(root, onChoose) {
  const frame = /** @type {HTMLElement} */ (part(root, "grid"));
  const canvas = /** @type {HTMLCanvasElement} */ (part(root, "tiles"));
  const room = /** @type {HTMLElement} */ (part(root, "room"));
  /** Pictures of whole pages, made once a theme. @type {WeakMap<Page, HTMLCanvasElement>} */
  let sprites = new WeakMap();
  let state = /** @type {Looking | null} */ (null);
  let pages = /** @type {Pages | null} */ (null);
  let layout = layoutOf(0, 1, LEAST);
  let count = 0;
  let pointed = -1;
  let settled = "";
  let resting = 0;

  const repaint = oncePerFrame(drawTiles);

  frame.addEventListener("scroll", repaint, { passive: true });
  new ResizeObserver(() => {
    measure();
    repaint();
  }).observe(frame);
  onThemeChange(() => {
    sprites = new WeakMap();
    repaint();
  });
  frame.addEventListener("keydown", (event) => {
    if (!state || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(frame.clientHeight / layout.tile) - 1);
    const to = stepOf(layout, count, state.at, event.key, page);
    if (to === null) return;
    event.preventDefault();
    onChoose(to);
  });
  mountPointer(frame, {
    find: (x, y) => tileAt(layout, count, x, y + frame.scrollTop),
    onPoint(place) {
      if (place === pointed) return;
      pointed = place;
      repaint();
    },
    onPress: onChoose,
  });

  function measure() {
    layout = layoutOf(count, frame.clientWidth, LEAST);
    room.style.height = `${layout.height}px`;
  }

  /** Scroll the chosen tile into sight when it, or the list, is another one. */
  function settle() {
    if (!state) return;
    const key = `${state.dataset} ${state.part} ${state.label} ${state.at} ${count}`;
    if (key === settled) return;
    settled = key;
    frame.scrollTop = scrollTo(layout, state.at, frame.scrollTop, frame.clientHeight);
  }

  function drawTiles() {
    if (!state || !pages) return;
    const ctx = sized(canvas, frame.clientWidth, frame.clientHeight);
    if (!ctx) return;
    const top = frame.scrollTop;
    const { from, to } = inSight(layout, count, top, frame.clientHeight);
    fetchTiles(from, to);
    const colors = { mark: color("--seal"), edge: color("--edge"), text: color("--ink-3") };
    for (let place = from; place < to; place += 1) {
      const x = (place % layout.columns) * layout.tile;
      const y = Math.floor(place / layout.columns) * layout.tile - top;
      drawTile(ctx, place, x, y, colors);
    }
  }

  /** @param {number} from @param {number} to */
  function fetchTiles(from, to) {
    const act = () => pages?.want(from, to, count);
    window.clearTimeout(resting);
    if (pages?.find(from) && pages.find(to - 1)) act();
    else resting = window.setTimeout(act, REST_MS);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {number} place
   * @param {number} x
   * @param {number} y
   * @param {{mark: string, edge: string, text: string}} colors
   */
  function drawTile(ctx, place, x, y, colors) {
    const side = layout.tile - GAP;
    const found = pages?.find(place);
    if (found) {
      const sprite = spriteOf(found.page);
      const row = found.place * SIDE;
      ctx.drawImage(sprite, 0, row, SIDE, SIDE, x + GAP / 2, y + GAP / 2, side, side);
      ctx.fillStyle = colors.text;
      ctx.fillText(
        String(found.page.labels[found.place]),
        x + layout.tile - 4,
        y + layout.tile - 4,
      );
    }
    const chosen = place === state?.at;
    if (!found || chosen || place === pointed) {
      ctx.lineWidth = chosen ? 2 : 1;
      ctx.strokeStyle = chosen ? colors.mark : colors.edge;
      ctx.globalAlpha = found ? 1 : 0.25;
      ctx.strokeRect(x + 1.5, y + 1.5, layout.tile - 3, layout.tile - 3);
      ctx.globalAlpha = 1;
    }
  }

  /** @param {Page} page */
  function spriteOf(page) {
    let sprite = sprites.get(page);
    if (!sprite) {
      sprite = document.createElement("canvas");
      paint(sprite, page.pixels);
      sprites.set(page, sprite);
    }
    return sprite;
  }

  return {
    /** @param {Looking} looking @param {Pages | null} shown */
    draw(looking, shown) {
      state = looking;
      pages = shown;
      count = countOf(state);
      measure();
      settle();
      frame.setAttribute("aria-valuemax", String(Math.max(count - 1, 0)));
      frame.setAttribute("aria-valuenow", String(state.at));
      frame.setAttribute("aria-valuetext", spoken(state, count));
      setText(part(root, "where"), count ? spoken(state, count) : _("There is none."));
      repaint();
    },
  };
}

/** @param {Looking} state @param {number} count */
function spoken(state, count) {
  const words = { n: state.at + 1, count, digit: state.digit?.label ?? "…" };
  return _("No. %(n)s of %(count)s: digit %(digit)s", words);
}

/**
 * The canvas at the screen's own resolution, blank, with its text set.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
function sized(canvas, width, height) {
  const scale = window.devicePixelRatio;
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (!w || !h) return null;
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const ctx = canvas.getContext("2d");
  if (!ctx) return null;
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  ctx.clearRect(0, 0, width, height);
  ctx.imageSmoothingQuality = "high";
  ctx.font = "10px system-ui, sans-serif";
  ctx.textAlign = "right";
  return ctx;
}

/**
 * Hovering points at a tile, a click or a tap chooses it, a finger that moves scrolls.
 * @param {HTMLElement} frame
 * @param {{find(x: number, y: number): number, onPoint(place: number): void,
 *   onPress(place: number): void}} tell
 */
function mountPointer(frame, { find, onPoint, onPress }) {
  let down = /** @type {[number, number] | null} */ (null);
  const placeOf = (/** @type {PointerEvent} */ event) => {
    const box = frame.getBoundingClientRect();
    return find(
      event.clientX - box.left - frame.clientLeft,
      event.clientY - box.top - frame.clientTop,
    );
  };
  frame.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse") onPoint(placeOf(event));
  });
  frame.addEventListener("pointerleave", () => onPoint(-1));
  frame.addEventListener("pointerdown", (event) => {
    down = [event.clientX, event.clientY];
  });
  frame.addEventListener("pointerup", (event) => {
    const far = down ? Math.hypot(event.clientX - down[0], event.clientY - down[1]) : Infinity;
    down = null;
    const place = placeOf(event);
    if (far < STILL && place >= 0) onPress(place);
  });
}

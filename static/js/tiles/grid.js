// @ts-check
/** Tens of thousands of digits in a list that scrolls: one canvas draws those in sight. */

import { color, onThemeChange } from "../colors.js";
import { oncePerFrame } from "../dom.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { part, setText } from "../parts.js";
import { inSight, layoutOf, scrollTo, stepOf, tileAt } from "./layout.js";
import { SIDE, paint } from "../pixels.js";

/**
 * @typedef {object} List
 * @property {number} count
 * @property {number} at which one is chosen, from 0
 * @property {string} key another list has another key
 */

/**
 * @template {{pixels: Uint8Array}} Page
 * @typedef {object} Options
 * @property {number} least the least side of a tile in CSS pixels
 * @property {(page: Page, place: number) => string[]} words what is written on a tile; where there
 *   are several, below it, one below the other
 * @property {number} [lines] how many words there are
 * @property {(at: number) => void} onMove another one is chosen with the keys
 * @property {(at: number) => void} onPress one is clicked, or Enter is pressed on it
 * @property {(list: List) => string} describe which one is chosen, a sentence
 */

/** The room around an image. */
const GAP = 6;

/** Height of a line of words below a tile. */
const LINE = 14;

/** What a fast scroll only passes is not fetched: where it rests for so long, it is. */
const REST_MS = 60;

/** A finger that moves farther than this scrolls. */
const STILL = 6;

/**
 * @template {{pixels: Uint8Array}} Page
 * @param {HTMLElement} root
 * @param {Options<Page>} options
 */
export function createGrid(root, { least, words, lines = 1, onMove, onPress, describe }) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const frame = part(root, "grid");
  const canvas = part(root, "tiles", HTMLCanvasElement);
  const room = part(root, "room");
  const below = lines > 1 ? lines * LINE + GAP : 0;
  /** Pictures of whole pages, made once a theme. @type {WeakMap<Page, HTMLCanvasElement>} */
  let sprites = new WeakMap();
  /** @type {List} */
  let list = { count: 0, at: 0, key: "" };
  let pages = /** @type {import("./pages.js").Pages<Page> | null} */ (null);
  let layout = layoutOf(0, 1, least);
  let pointed = -1;
  let settled = "";
  const resting = lifetime.timer();

  const repaint = oncePerFrame(drawTiles, signal);
  // Within the observer's own turn the frame's new height would call it again.
  const resized = oncePerFrame(() => {
    measure();
    drawTiles();
  }, signal);
  lifetime.observe(new ResizeObserver(resized), frame);
  onThemeChange(() => {
    sprites = new WeakMap();
    repaint();
  }, signal);
  frame.addEventListener("scroll", repaint, { passive: true, signal });
  frame.addEventListener("keydown", onKey, { signal });
  const pointing = {
    find: (/** @type {number} */ x, /** @type {number} */ y) =>
      tileAt(layout, list.count, x, y + frame.scrollTop),
    onPoint(/** @type {number} */ place) {
      if (place === pointed) return;
      pointed = place;
      repaint();
    },
    onPress,
  };
  mountPointer(frame, pointing, signal);

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (!list.count || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(frame.clientHeight / layout.pitch) - 1);
    const to = stepOf(layout, list.count, list.at, event.key, page);
    if (to === null && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (to === null) onPress(list.at);
    else onMove(to);
  }

  function measure() {
    layout = layoutOf(list.count, frame.clientWidth, least, below);
    room.style.height = `${layout.height}px`;
    frame.style.setProperty("--rows", `${layout.height}px`);
  }

  /** Scroll the chosen tile into sight when it, or the list, is another one. */
  function settle() {
    const key = `${list.key} ${list.at} ${list.count}`;
    if (key === settled) return;
    settled = key;
    frame.scrollTop = scrollTo(layout, list.at, frame.scrollTop, frame.clientHeight);
  }

  function drawTiles() {
    if (!pages) return;
    const ctx = sized(canvas, frame.clientWidth, frame.clientHeight);
    if (!ctx) return;
    const top = frame.scrollTop;
    const { from, to } = inSight(layout, list.count, top, frame.clientHeight);
    fetchTiles(from, to);
    const colors = { mark: color("--seal"), edge: color("--edge"), text: color("--ink-3") };
    for (let place = from; place < to; place += 1) {
      const x = (place % layout.columns) * layout.tile;
      const y = Math.floor(place / layout.columns) * layout.pitch - top;
      drawTile(ctx, place, x, y, colors);
    }
  }

  /** @param {number} from @param {number} to */
  function fetchTiles(from, to) {
    const act = () => pages?.want(from, to, list.count);
    resting.stop();
    if (pages?.find(from) && pages.find(to - 1)) act();
    else resting.start(act, REST_MS);
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
      write(ctx, words(found.page, found.place), x, y);
    }
    const chosen = place === list.at;
    if (!found || chosen || place === pointed) {
      ctx.lineWidth = chosen ? 2 : 1;
      ctx.strokeStyle = chosen ? colors.mark : colors.edge;
      ctx.globalAlpha = found ? 1 : 0.25;
      ctx.strokeRect(x + 1.5, y + 1.5, layout.tile - 3, layout.pitch - 3);
      ctx.globalAlpha = 1;
    }
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {string[]} texts
   * @param {number} x
   * @param {number} y
   */
  function write(ctx, texts, x, y) {
    if (!below) return ctx.fillText(texts[0], x + layout.tile - 4, y + layout.tile - 4);
    ctx.textAlign = "center";
    texts.forEach((text, n) =>
      ctx.fillText(
        text,
        x + layout.tile / 2,
        y + layout.tile + LINE * (n + 1) - 5,
        layout.tile - 4,
      ),
    );
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
    /** @param {List} shown @param {import("./pages.js").Pages<Page> | null} itsPages */
    draw(shown, itsPages) {
      list = shown;
      pages = itsPages;
      measure();
      settle();
      const sentence = list.count ? describe(list) : _("There are no images.");
      frame.setAttribute("aria-valuemax", String(Math.max(list.count - 1, 0)));
      frame.setAttribute("aria-valuenow", String(list.at));
      frame.setAttribute("aria-valuetext", sentence);
      setText(part(root, "where"), sentence);
      repaint();
    },
    dispose: lifetime.dispose,
  };
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
  ctx.font = "11px system-ui, sans-serif";
  ctx.textAlign = "right";
  return ctx;
}

/**
 * Hovering points at a tile, a click or a tap chooses it, a finger that moves scrolls.
 * @param {HTMLElement} frame
 * @param {{find(x: number, y: number): number, onPoint(place: number): void,
 *   onPress(place: number): void}} listeners
 * @param {AbortSignal} signal ends it
 */
function mountPointer(frame, { find, onPoint, onPress }, signal) {
  let down = /** @type {[number, number] | null} */ (null);
  const placeOf = (/** @type {PointerEvent} */ event) => {
    const box = frame.getBoundingClientRect();
    return find(
      event.clientX - box.left - frame.clientLeft,
      event.clientY - box.top - frame.clientTop,
    );
  };
  const move = (/** @type {PointerEvent} */ event) => {
    if (event.pointerType === "mouse") onPoint(placeOf(event));
  };
  const press = (/** @type {PointerEvent} */ { clientX, clientY }) => {
    down = [clientX, clientY];
  };
  const release = (/** @type {PointerEvent} */ event) => {
    const far = down ? Math.hypot(event.clientX - down[0], event.clientY - down[1]) : Infinity;
    down = null;
    const place = placeOf(event);
    if (far < STILL && place >= 0) onPress(place);
  };
  frame.addEventListener("pointermove", move, { signal });
  frame.addEventListener("pointerleave", () => onPoint(-1), { signal });
  frame.addEventListener("pointerdown", press, { signal });
  frame.addEventListener("pointerup", release, { signal });
}

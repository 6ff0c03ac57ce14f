// @ts-check
/** The whole lecture on a projector: one experiment fills the screen, keys go on. */
import { createLifetime } from "../lifetime.js";
import { turn } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Place} Place */

/** What a key asks for; presenters' remote controls send PageDown and PageUp. */
const KEYS = new Map(
  Object.entries({
    ArrowRight: 1,
    ArrowDown: 1,
    PageDown: 1,
    " ": 1,
    Enter: 1,
    ArrowLeft: -1,
    ArrowUp: -1,
    PageUp: -1,
    Escape: 0,
  }),
);

/**
 * @param {{key: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean}} event
 * @param {boolean} onControl whether a link, button or field has the focus, which takes some keys
 * @returns {1|-1|0|null} on, back, the end, or nothing
 */
export function actionOf({ key, ctrlKey, altKey, metaKey }, onControl) {
  if (ctrlKey || altKey || metaKey) return null;
  if (onControl && (key === " " || key === "Enter")) return null;
  return /** @type {1|-1|0|undefined} */ (KEYS.get(key)) ?? null;
}

/**
 * The button that starts the lecture, and the keys while it lasts.
 * @param {HTMLElement} button
 * @param {object} page
 * @param {() => State|null} page.state
 * @param {(change: Partial<Place>, revealed?: boolean) => void} page.go
 * @param {(revealed: boolean) => void} page.reveal show or hide the moral
 */
export function mountProjector(button, { state, go, reveal }) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const isOn = () => Boolean(state()?.place.projector);

  function start() {
    const now = state();
    if (!now) return;
    void fillScreen();
    go({ number: now.place.number ?? 1, projector: true });
  }

  function end() {
    const now = state();
    if (!now) return;
    void leaveScreen();
    go({ projector: false });
  }

  /** @param {1|-1} step */
  function onward(step) {
    const now = state();
    const next = now && turn(now, step);
    if (!next) return;
    if (next.number === now.place.number) reveal(next.revealed);
    else go({ number: next.number }, next.revealed);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (!isOn()) return;
    const target = /** @type {Element} */ (event.target);
    const asked = actionOf(event, Boolean(target.closest?.("a, button, input, select, summary")));
    if (asked === null) return;
    event.preventDefault();
    if (asked === 0) end();
    else onward(asked);
  }

  button.addEventListener("click", start, { signal });
  document.addEventListener("keydown", onKey, { signal });
  // Esc leaves the full screen before any key event: that is the end of the lecture too.
  const onScreen = () => void (!document.fullscreenElement && isOn() && end());
  document.addEventListener("fullscreenchange", onScreen, { signal });
  return { dispose: lifetime.dispose };
}

/** Fill the screen, where the browser lets us: a link opened as a projector's may not. */
async function fillScreen() {
  await document.documentElement.requestFullscreen?.().catch(() => undefined);
}

/** Give the screen back. */
async function leaveScreen() {
  if (document.fullscreenElement) await document.exitFullscreen();
}

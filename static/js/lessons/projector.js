// @ts-check
/** The whole lecture on a projector: one experiment fills the screen, keys go on. */

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
export function wish({ key, ctrlKey, altKey, metaKey }, onControl) {
  if (ctrlKey || altKey || metaKey) return null;
  if (onControl && (key === " " || key === "Enter")) return null;
  return /** @type {1|-1|0|undefined} */ (KEYS.get(key)) ?? null;
}

/**
 * Listen to keys while `isOn`.
 * @param {() => boolean} isOn
 * @param {(step: 1|-1) => void} turn
 * @param {() => void} end
 */
export function mountKeys(isOn, turn, end) {
  document.addEventListener("keydown", (event) => {
    if (!isOn()) return;
    const target = /** @type {Element} */ (event.target);
    const asked = wish(event, Boolean(target.closest?.("a, button, input, select, summary")));
    if (asked === null) return;
    event.preventDefault();
    if (asked === 0) end();
    else turn(asked);
  });
}

/** Fill the screen, where the browser lets us: a link opened as a projector's may not. */
export async function fillScreen() {
  await document.documentElement.requestFullscreen?.().catch(() => undefined);
}

/** Give the screen back. */
export async function leaveScreen() {
  if (document.fullscreenElement) await document.exitFullscreen();
}

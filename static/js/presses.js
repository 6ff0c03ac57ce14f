// @ts-check
/** A list whose rows move waits while something in it is pressed, so that no click is lost. */
import { createLifetime } from "./lifetime.js";

/**
 * Draws at once, or when nothing in `place` is pressed any more: then only the newest.
 * @template S
 * @param {HTMLElement} place
 * @param {(state: S) => void} draw
 */
export function betweenPresses(place, draw) {
  const lifetime = createLifetime();
  /** @type {(() => void) | null} */
  let waiting = null;
  const onFree = () => {
    const act = waiting;
    waiting = null;
    act?.();
  };
  const isPressed = watchPresses(place, onFree, lifetime);
  lifetime.atEnd(() => (waiting = null));
  return {
    /** @param {S} state */
    draw(state) {
      waiting = isPressed() ? () => draw(state) : null;
      if (!waiting) draw(state);
    },
    /** Nothing is drawn any more, and nothing listens. */
    dispose: lifetime.dispose,
  };
}

/**
 * Whether a pointer or a key is down on something in `place`; `onFree` is called after the click
 * that follows.
 * @param {HTMLElement} place
 * @param {() => void} onFree
 * @param {import("./lifetime.js").Lifetime} lifetime
 */
function watchPresses(place, onFree, { later, signal }) {
  let pressed = false;
  const press = () => void (pressed = true);
  const release = () => {
    if (!pressed) return;
    later(() => {
      pressed = false;
      onFree();
    }, 0);
  };
  place.addEventListener("pointerdown", (event) => event.button === 0 && press(), { signal });
  place.addEventListener("keydown", (event) => event.key === " " && press(), { signal });
  for (const name of ["pointerup", "pointercancel", "contextmenu", "keyup"])
    addEventListener(name, release, { capture: true, signal });
  // The window lost the focus: a release elsewhere causes no event here.
  addEventListener("blur", release, { signal });
  return () => pressed;
}

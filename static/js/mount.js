// @ts-check
/**
 * Parts of the page fail alone: one that throws says so in its place and can be tried again, and
 * the others go on.
 */

import { el } from "./dom.js";
import { _ } from "./i18n.js";

/**
 * Start a part. Comes true when it has started: at once, or when the reader tries again.
 * @template T
 * @param {HTMLElement} place filled by the template; as it was when the part is tried again
 * @param {() => T | Promise<T>} start
 * @returns {Promise<T>}
 */
export function mount(place, start) {
  const restore = remember(place);
  return new Promise((resolve) => {
    const go = async () => {
      try {
        resolve(await start());
      } catch (error) {
        sayFailed(place, error, () => {
          restore();
          void go();
        });
      }
    };
    void go();
  });
}

/**
 * A view that is drawn again and again; where making or drawing it fails, it is made anew on
 * request.
 * @template S
 * @param {HTMLElement} place
 * @param {() => {draw(state: S): void, dispose?: () => void}} create
 * @param {() => Promise<unknown>} [prepare] what to fetch before it is made, when it is first drawn
 * @returns {import("./render.js").View<S>}
 */
export function alone(place, create, prepare) {
  const restore = remember(place);
  let view = /** @type {{draw(state: S): void, dispose?: () => void} | null} */ (null);
  let newest = /** @type {S | null} */ (null);
  let isAwaited = Boolean(prepare);
  let isEnded = false;

  /** @param {() => void} act */
  function attempt(act) {
    try {
      act();
    } catch (error) {
      failed(error);
    }
  }

  /** What failed may fail to end as well. */
  function end() {
    const old = view;
    view = null;
    try {
      old?.dispose?.();
    } catch (error) {
      console.error(error);
    }
  }

  /** @param {unknown} error */
  function failed(error) {
    end();
    sayFailed(place, error, start);
  }

  function start() {
    isAwaited = false;
    if (prepare) prepare().then(() => attempt(begin), failed);
    else attempt(begin);
  }

  function begin() {
    if (isEnded) return;
    restore();
    view = create();
    if (newest !== null) view.draw(newest);
  }

  if (!prepare) attempt(() => (view = create()));
  return {
    draw(state) {
      newest = state;
      if (isAwaited) start();
      else attempt(() => view?.draw(state));
    },
    dispose() {
      isEnded = true;
      end();
    },
  };
}

/** Whether a tab decides if it is shown. @param {HTMLElement} place */
const isPanel = (place) => place.getAttribute("role") === "tabpanel";

/** What brings back the content of `place` as it is now. @param {HTMLElement} place */
function remember(place) {
  const { hidden } = place;
  const content = [...place.childNodes].map((node) => node.cloneNode(true));
  return () => {
    if (!isPanel(place)) place.hidden = hidden;
    place.replaceChildren(...content.map((node) => node.cloneNode(true)));
  };
}

/** Say in its place that a part failed. @param {HTMLElement} place @param {unknown} error @param {() => void} again */
export function sayFailed(place, error, again) {
  console.error(error);
  if (!isPanel(place)) place.hidden = false;
  place.replaceChildren(
    el(
      "div",
      { class: "notice", role: "alert" },
      _("This part could not start."),
      " ",
      el("button", { type: "button", class: "link", onclick: again }, _("Try again")),
    ),
  );
}

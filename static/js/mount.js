// @ts-check
/**
 * Parts of the page fail alone: one that throws says so in its place and can be tried again, and
 * the others go on.
 */

import { el } from "./dom.js";
import { _ } from "./i18n.js";
import { setText } from "./parts.js";

/**
 * Start a part. Comes true when it has started: at once, or when the reader tries again.
 * @template {import("./lifetime.js").Ending} P
 * @param {HTMLElement} place filled by the template; as it was when the part is tried again
 * @param {() => P | Promise<P>} start
 * @returns {Promise<P>}
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
 * @template [P=void]
 * @param {HTMLElement} place
 * @param {(ready: P) => import("./render.js").View<S>} create
 * @param {() => Promise<P>} [prepare] what to fetch before it is made, when it is first drawn
 * @returns {import("./render.js").View<S>}
 */
export function alone(place, create, prepare) {
  const restore = remember(place);
  let view = /** @type {import("./render.js").View<S> | null} */ (null);
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
      old?.dispose();
    } catch (error) {
      console.error(error);
    }
  }

  /** @param {unknown} error */
  function failed(error) {
    end();
    sayFailed(place, error, () => {
      restore();
      start();
    });
  }

  function start() {
    isAwaited = false;
    if (!prepare) return attempt(() => begin(/** @type {P} */ (undefined)));
    const arrived = sayArriving(place);
    prepare().then((ready) => attempt(() => (arrived(), begin(ready))), failed);
  }

  /** @param {P} ready */
  function begin(ready) {
    if (isEnded) return;
    view = create(ready);
    if (newest !== null) view.draw(newest);
  }

  if (!prepare) start();
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
    const hadFocus = place.contains(document.activeElement);
    if (!isPanel(place)) place.hidden = hidden;
    place.replaceChildren(...content.map((node) => node.cloneNode(true)));
    if (hadFocus) takeFocus(place);
  };
}

/** Keep the focus where what had it has gone. @param {HTMLElement} place */
function takeFocus(place) {
  if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

/**
 * Say that a part is on its way, where its template has a line for that; returns what takes the
 * line away.
 * @param {HTMLElement} place
 */
function sayArriving(place) {
  const line = place.querySelector(":scope > .arriving");
  if (line) setText(line, _("One moment…"));
  return () => line?.remove();
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

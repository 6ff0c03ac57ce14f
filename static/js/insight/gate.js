// @ts-check
/** Why a tab of the test shows nothing yet; and the button that asks for it before the end. */

import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { setText } from "../parts.js";
import { isOver } from "../statuses.js";
import { testableEpoch, testedEpoch } from "../moment.js";

/** @typedef {import("../watch/watch.js").Watching} Watching */

/**
 * @param {HTMLElement} waiting the line that says what is waited for
 * @param {() => void} render
 * @param {() => void} again ask once more for what could not be had
 */
export function createGate(waiting, render, again) {
  let state = /** @type {Watching | null} */ (null);
  const button = el("button", {
    class: "button",
    type: "button",
    hidden: true,
    onclick() {
      if (!state) return;
      state.tested = testableEpoch(state);
      render();
    },
  });
  const retry = el(
    "button",
    { class: "button", type: "button", hidden: true, onclick: again },
    _("Try again"),
  );
  waiting.after(retry, button);

  return {
    /**
     * @param {Watching} watching
     * @param {boolean} here whether the answer is here
     * @param {string} problem why it cannot be had, or ""
     */
    draw(watching, here, problem) {
      state = watching;
      const epoch = testedEpoch(state);
      const pending = here ? "" : problem || _("Testing the network on all test digits…");
      const text = epoch === null ? early(state) : pending;
      retry.hidden = epoch === null || here || !problem;
      waiting.hidden = !text;
      setText(waiting, text);
      const testable = testableEpoch(state);
      button.hidden = testable === null;
      if (testable !== null) setText(button, _("Test epoch %(n)s now", { n: testable }));
    },
  };
}

/** @param {Watching} state */
function early({ run }) {
  if (run && isOver(run)) return _("There is no model to test: no epoch was completed.");
  return _(
    "The test comes at the end. Until then the test digits are not used, so the network cannot have learned from them.",
  );
}

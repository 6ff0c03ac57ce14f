// @ts-check
/** The form as a plain Keras program, written anew with every change. */

import { untilAnswered } from "../again.js";
import { postText } from "../api.js";
import { colored } from "../code/colored.js";
import { copyText } from "../code/copy.js";
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { setText } from "../parts.js";

/** @typedef {import("../draft.js").Draft} Draft */

/**
 * @param {HTMLElement} place
 * @param {() => boolean} isOpen whether it is looked at
 */
export function createProgram(place, isOpen) {
  const code = el("code", { translate: "no" });
  const said = el("p", { class: "said", role: "status" });
  const copy = el("button", { type: "button", class: "button", onclick: copyIt }, _("Copy"));
  place.append(
    el("div", { class: "code-head" }, said, el("div", { class: "acts" }, copy)),
    el(
      "pre",
      { class: "program", tabindex: 0, role: "region", "aria-label": _("Keras program") },
      code,
    ),
  );
  let asked = new AbortController();
  const lifetime = createLifetime();
  const timer = lifetime.timer();
  lifetime.atEnd(() => asked.abort());

  async function copyIt() {
    const copied = await copyText(code);
    setText(said, copied ? _("Copied.") : _("Selected. Copy it with the keyboard."));
  }

  /** @param {Draft} config */
  async function write(config) {
    asked.abort();
    const mine = (asked = new AbortController());
    try {
      const program = await untilAnswered(() => postText("/api/code", config, mine.signal), {
        isWanted: isOpen,
        signal: mine.signal,
        onFault: (error) => setText(said, error.message),
      });
      code.replaceChildren(...colored(program));
      setText(said, "");
    } catch (error) {
      // The program before stays: what is wrong is said at its field.
      if (!mine.signal.aborted) setText(said, /** @type {Error} */ (error).message);
    }
  }

  return {
    /** @param {{config: Draft, rest: number}} form rest: milliseconds to wait for its next change */
    draw({ config, rest }) {
      timer.start(() => void write(config), rest);
    },
    dispose: lifetime.dispose,
  };
}

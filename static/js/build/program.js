// @ts-check
/** The form as a plain Keras program, shown on request and updated with every change. */

import { untilAnswered } from "../again.js";
import { postText } from "../api.js";
import { colored } from "../code/colored.js";
import { copyText } from "../code/copy.js";
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { setText } from "../parts.js";

/** The program waits so long for the next change. */
const REST_MS = 300;

/**
 * @param {() => import("../draft.js").Draft} config what the form says now
 */
export function createProgram(config) {
  const code = el("code", { translate: "no" });
  const said = el("p", { class: "said", role: "status" });
  const copy = el("button", { type: "button", class: "button", onclick: copyIt }, _("Copy"));
  const element = el(
    "details",
    { class: "as-program more-fields", ontoggle: () => element.open && void write() },
    el("summary", {}, _("As a Keras program")),
    el("div", { class: "code-head" }, said, el("div", { class: "acts" }, copy)),
    el(
      "pre",
      { class: "program", tabindex: 0, role: "region", "aria-label": _("Keras program") },
      code,
    ),
  );
  let asked = new AbortController();
  let timer = 0;

  async function copyIt() {
    const copied = await copyText(code);
    setText(said, copied ? _("Copied.") : _("Selected: copy it with your own keys."));
  }

  async function write() {
    asked.abort();
    const mine = (asked = new AbortController());
    try {
      const program = await untilAnswered(() => postText("/api/code", config(), mine.signal), {
        isWanted: () => !mine.signal.aborted && element.open,
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
    element,

    /** The form says something else now. */
    changed() {
      window.clearTimeout(timer);
      if (element.open) timer = window.setTimeout(write, REST_MS);
    },
  };
}

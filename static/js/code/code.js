// @ts-check
/** The Code tab: the run as a plain Keras program, to read, to copy and to keep. */

import { untilAnswered } from "../again.js";
import { getText } from "../api.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { part, setText } from "../parts.js";
import { colored } from "./colored.js";
import { copyText } from "./copy.js";
import { at } from "../root.js";

const FORMATS = ["py", "ipynb"];

/** So long it says that it was copied. */
const SAID_MS = 2500;

/** @type {import("../watch/run.js").TabModule["create"]} */
export function create(panel, render, _pad) {
  /** What the program shown, or asked for, was made from. */
  let key = "";
  let program = "";
  let problem = "";
  let drawn = "";
  const shown = part(panel, "program");
  const said = part(panel, "code-said");
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const timer = lifetime.timer();
  part(panel, "code-copy").addEventListener("click", () => void copy(), { signal });

  async function copy() {
    const copied = await copyText(shown);
    setText(said, copied ? _("Copied.") : _("Selected. Copy it with the keyboard."));
    timer.start(() => setText(said, ""), SAID_MS);
  }

  /** @param {string} address @param {string} wanted */
  async function ask(address, wanted) {
    if (!key || key.split(" ")[0] !== wanted.split(" ")[0]) program = "";
    key = wanted;
    problem = "";
    const isWanted = () => key === wanted;
    const onFault = (/** @type {Error} */ error) => {
      problem = error.message;
      render();
    };
    try {
      const question = () => getText(`${address}?format=py`);
      const answer = await untilAnswered(question, { isWanted, onFault, signal });
      if (isWanted()) [program, problem] = [answer, ""];
    } catch (error) {
      if (key === wanted) problem = /** @type {Error} */ (error).message;
    }
    render();
  }

  return {
    draw({ run }) {
      if (!run) return;
      const address = `/api/runs/${encodeURIComponent(run.id)}/code`;
      // A run's name and its number of epochs may change; nothing else does.
      const wanted = `${run.id} ${run.epochs} ${run.name}`;
      if (key !== wanted) void ask(address, wanted);
      for (const format of FORMATS) {
        part(panel, `code-${format}`, HTMLAnchorElement).href = at(`${address}?format=${format}`);
      }
      part(panel, "code").hidden = !program;
      const waiting = part(panel, "code-waiting");
      waiting.hidden = Boolean(program) && !problem;
      setText(waiting, problem || _("Generating the program…"));
      if (program !== drawn) shown.replaceChildren(...colored((drawn = program)));
    },
    dispose: lifetime.dispose,
  };
}

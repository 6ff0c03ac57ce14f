// @ts-check
/** The runs of a lesson while they wait, train and after: one line each. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { shownStatus } from "../diverged.js";
import { setText } from "../parts.js";
import { experimentsOf, isOpen, shown } from "./state.js";
import { progressWords } from "./words.js";
import { at } from "../root.js";

/** @typedef {import("../types.js").Run} Run */

/** @param {HTMLElement} root */
export function createTrained(root) {
  /** @type {{id: string, draw: (run: Run, open: boolean) => void}[]} */
  let lines = [];
  return {
    /** @param {import("./state.js").State} state @param {import("./state.js").Lesson} lesson */
    draw(state, lesson) {
      const found = experimentsOf(lesson).flatMap((name) => {
        const run = shown(state.runs[name]);
        return run ? [{ name, run, title: state.answer.experiments[name].title }] : [];
      });
      if (found.map(({ run }) => run.id).join() !== lines.map(({ id }) => id).join()) {
        const made = found.map(({ name, title, run }) => ({
          id: run.id,
          ...line(run.id, `${name} · ${title}`),
        }));
        root.replaceChildren(...made.map(({ element }) => element));
        lines = made;
      }
      const open = isOpen(state, lesson);
      found.forEach(({ run }, at) => lines[at].draw(run, open));
    },
  };
}

/** @param {string} id @param {string} title */
function line(id, title) {
  const words = el("span", { class: "pill" });
  const bar = el("progress", { max: "1", "aria-label": title });
  const seed = el("small", { class: "num" });
  const element = el(
    "p",
    { class: "line" },
    el("strong", {}, title),
    seed,
    words,
    bar,
    el("a", { href: at(`/?run=${encodeURIComponent(id)}`) }, _("Open in the Studio")),
  );
  return {
    element,
    /** @param {Run} run @param {boolean} open */
    draw(run, open) {
      words.dataset.status = shownStatus(run);
      setText(words, progressWords(run, open));
      setText(seed, _("seed %(seed)s", { seed: run.config.seed ?? "–" }));
      bar.value = run.epochs ? run.epoch / run.epochs : 0;
      bar.hidden = run.status !== "running" && run.status !== "starting";
    },
  };
}

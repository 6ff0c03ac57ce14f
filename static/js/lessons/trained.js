// @ts-check
/** The runs of a lesson while they wait, train and after: one line each. */
import { lookOf } from "../look.js";
import { _ } from "../i18n.js";
import { html, repeat } from "../render.js";
import { at } from "../root.js";
import { isBusy } from "../statuses.js";
import { experimentsOf, isOpen, shown } from "./state.js";
import { progressWords } from "./words.js";

/** @typedef {{run: import("../types.js").Run, title: string}} Line */

/** @param {import("./state.js").State} state @param {import("./state.js").Lesson} lesson */
export function trained(state, lesson) {
  const lines = experimentsOf(lesson).flatMap((name) => {
    const run = shown(state.runs[name]);
    return run ? [{ run, title: `${name} · ${state.answer.experiments[name].title}` }] : [];
  });
  const open = isOpen(state, lesson);
  return repeat(
    lines,
    ({ run }) => run.id,
    (one) => line(one, open),
  );
}

/** @param {Line} line @param {boolean} open */
const line = ({ run, title }, open) => html`
  <p class="line">
    <strong>${title}</strong>
    <small class="num">${_("seed %(seed)s", { seed: run.config.seed ?? "–" })}</small>
    <span class="pill" data-status=${lookOf(run)}>${progressWords(run, open)}</span>
    <progress
      max="1"
      aria-label=${title}
      .value=${run.epochs ? run.epoch / run.epochs : 0}
      ?hidden=${!isBusy(run)}
    ></progress>
    <a href=${at(`/?run=${encodeURIComponent(run.id)}`)}>${_("Open in the Studio")}</a>
  </p>
`;

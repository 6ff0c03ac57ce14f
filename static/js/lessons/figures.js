// @ts-check
/** The lecture's figures beside ours, as a table with bars in its cells. */
import { _, ngettext } from "../i18n.js";
import { inSeconds, NOTHING, percent } from "../numbers.js";
import { html, nothing, styled } from "../render.js";
import { at } from "../root.js";
import { ours, recorded, rowsOf, stuckOn } from "./results.js";
import { experimentsOf, finished } from "./state.js";
import { stuckWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Lesson} Lesson */
/** @typedef {import("./state.js").Figures} Figures */

/** @param {State} state @param {Lesson} lesson */
export function figures(state, lesson) {
  const timed = lesson.measure === "slower";
  const heads = [_("Training"), _("Test"), ...(timed ? [_("Time per epoch")] : [])];
  return html`
    <table>
      <caption>
        ${_("Accuracy")}
      </caption>
      <thead>
        <tr>
          <td></td>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      ${experimentsOf(lesson).map((name) => group(state, name, timed))}
    </table>
    ${experimentsOf(lesson).some((name) => finished(state.runs[name])) ? note() : nothing}
  `;
}

/** What the training accuracy of a run here is: not what the others are. */
const note = () => html`
  <p class="hint">
    ${_(
      "Training accuracy: for runs here it is the mean over the last epoch, while the weights still changed and dropout was active. For the lecture and our measurements it is that of the finished network.",
    )}
  </p>
`;

/** What became of one experiment, by source. @param {State} state @param {string} name @param {boolean} timed */
function group(state, name, timed) {
  const stuck = stuckWords(stuckOn(state, name));
  const title = `${name} · ${state.answer.experiments[name].title}`;
  return html`
    <tbody>
      <tr class="name">
        <th colspan=${timed ? 4 : 3} scope="rowgroup">
          ${title}${stuck ? html`<small>${stuck}</small>` : nothing}
        </th>
      </tr>
      ${sources(state, name, timed)}
    </tbody>
  `;
}

/**
 * The lecture's row, the measured one and that of a run here, as far as there are any.
 * @param {State} state
 * @param {string} name
 * @param {boolean} timed
 */
function sources(state, name, timed) {
  const { lecture } = state.answer.experiments[name];
  const record = recorded(state, name);
  const own = finished(state.runs[name]);
  const seeds = rowsOf(state, name).length;
  const words = () => ngettext("Measured, %(n)s seed", "Measured, mean of %(n)s seeds", seeds);
  const isKnown = lecture.train !== null || lecture.test !== null;
  return [
    isKnown ? source(_("The lecture"), { ...lecture, seconds: null }, timed) : nothing,
    record ? source(words(), record, timed) : nothing,
    own ? source(runLink(own), ours(state, name), timed, "own") : nothing,
  ];
}

/** @param {import("../types.js").Run} run */
const runLink = ({ id, config }) =>
  html`<a href=${at(`/?run=${encodeURIComponent(id)}`)}
    >${_("Run here, seed %(seed)s", { seed: config.seed ?? NOTHING })}</a
  >`;

/**
 * @param {unknown} label
 * @param {Figures|null} known
 * @param {boolean} timed
 * @param {string} [kind]
 */
const source = (label, known, timed, kind = "") => html`
  <tr class=${kind}>
    <th scope="row">${label}</th>
    ${share(known?.train)}${share(known?.test)}
    ${timed ? html`<td class="num">${inSeconds(known?.seconds)}</td>` : nothing}
  </tr>
`;

/** @param {number|null} [value] */
const share = (value) =>
  html`<td class="num share" ${styled({ "--share": String(value ?? 0) })}>${percent(value)}</td>`;

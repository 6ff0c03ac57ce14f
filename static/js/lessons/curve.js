// @ts-check
/** How the training accuracy rose, epoch by epoch: the experiment and the one it is compared with. */
import { _ } from "../i18n.js";
import { NOTHING, percent } from "../numbers.js";
import { html, svg } from "../render.js";
import { across, BOX, down, pathOf, pictureWords, ticks } from "./course.js";

/** @typedef {import("./course.js").Line} Line */

/** The inside of a figure: caption with keys, picture, and the same as a table. @param {Line[]} lines */
export const curve = (lines) => html`
  <figcaption>
    <span>${_("Training accuracy by epoch")}</span>
    ${lines.map(({ kind, title }) => html`<span class="key ${kind}">${title}</span>`)}
  </figcaption>
  ${picture(lines)}
  <details>
    <summary>${_("As a table")}</summary>
    ${table(lines)}
  </details>
`;

/** @param {Line[]} lines */
function picture(lines) {
  const epochs = Math.max(2, ...lines.map(({ accuracy }) => accuracy.length));
  const x = (/** @type {number} */ epoch) => across(epoch, epochs);
  const line = (/** @type {Line} */ { kind, accuracy }) =>
    svg`<path class="line ${kind}" d=${pathOf(accuracy, x, down)}></path>`;
  const tick = (/** @type {number} */ epoch) =>
    svg`<text x=${x(epoch)} y=${BOX.height - 8} text-anchor="middle">${epoch}</text>`;
  return html`
    <svg viewBox="0 0 ${BOX.width} ${BOX.height}" role="img" aria-label=${pictureWords(lines)}>
      ${[0, 0.5, 1].map(level)} ${ticks(epochs).map(tick)} ${lines.map(line)}
    </svg>
  `;
}

/** @param {number} share */
const level = (share) => svg`
  <g>
    <line class="level" x1=${BOX.left} x2=${BOX.width - BOX.right} y1=${down(share)} y2=${down(share)}></line>
    <text x=${BOX.left - 8} y=${down(share) + 4} text-anchor="end">${100 * share}%</text>
  </g>
`;

/** @param {Line[]} lines */
function table(lines) {
  const epochs = Math.max(...lines.map(({ accuracy }) => accuracy.length));
  const cell = (/** @type {(number|null)[]} */ accuracy, /** @type {number} */ at) =>
    html`<td class="num">${at < accuracy.length ? percent(accuracy[at]) : NOTHING}</td>`;
  const row = (/** @type {number} */ at) =>
    html`<tr>
      <th scope="row">${at + 1}</th>
      ${lines.map(({ accuracy }) => cell(accuracy, at))}
    </tr>`;
  return html`
    <table>
      <thead>
        <tr>
          <th scope="col">${_("Epoch")}</th>
          ${lines.map(({ title }) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${Array.from({ length: epochs }, (_nothing, at) => row(at))}
      </tbody>
    </table>
  `;
}

// @ts-check
/** Tables of Compare: a column for each run. */
import { html } from "../render.js";

/**
 * A table that scrolls sideways where it must.
 * @param {object} table
 * @param {string} table.caption
 * @param {boolean} [table.isNamed] whether a heading says the caption already
 * @param {string} [table.first] heading of the first column
 * @param {string[]} table.names of the runs
 * @param {unknown} table.rows
 */
export const table = ({ caption, isNamed = false, first = "", names, rows }) => html`
  <div class="scroller" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption class=${isNamed ? "sr-only" : ""}>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${first ? html`<th scope="col">${first}</th>` : html`<td></td>`}
          ${names.map(
            (name, n) =>
              html`<th scope="col"><i class="dot" data-n=${(n % 8) + 1}></i>${name}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>
`;

/** @param {string} kind of the heading @param {unknown} head @param {unknown[]} values */
export const tableRow = (kind, head, values) => html`
  <tr>
    <th scope="row" class=${kind}>${head}</th>
    ${values.map((value) => html`<td>${value}</td>`)}
  </tr>
`;

// @ts-check
/** What an experiment changes against its partner, as a small table and a line for the rest. */
import { _ } from "../i18n.js";
import { html, nothing } from "../render.js";
import { compared } from "./facts.js";

/** @param {import("./state.js").State} state @param {import("./state.js").Lesson} lesson */
export function changes({ answer, size }, { experiment, partner }) {
  const facts = (/** @type {string} */ name) => answer.experiments[name].sizes[size].facts;
  const { changed, same } = compared(facts(experiment), partner ? facts(partner) : null);
  const head = (/** @type {string} */ name) =>
    html`<th scope="col">${name} · ${answer.experiments[name].title}</th>`;
  return html`
    <table>
      <caption>
        ${partner ? _("What changes") : _("The set-up")}
      </caption>
      ${partner
        ? html`<thead>
            <tr>
              <td></td>
              ${head(partner)}${head(experiment)}
            </tr>
          </thead>`
        : nothing}
      <tbody>
        ${changed.map((change) => row(change, Boolean(partner)))}
      </tbody>
    </table>
    ${same.length ? unchanged(same) : nothing}
  `;
}

/** @param {import("./facts.js").Fact[]} same */
const unchanged = (same) => html`
  <details>
    <summary>${_("What stays the same")}</summary>
    <dl>
      ${same.map(
        ({ label, value }) =>
          html`<dt>${label}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </details>
`;

/** @param {import("./facts.js").Change} change @param {boolean} two */
const row = ({ label, value, before }, two) => html`
  <tr>
    <th scope="row">${label}</th>
    ${two ? html`<td class="before">${breakable(before)}</td>` : nothing}
    <td class="now">${breakable(value)}</td>
  </tr>
`;

/** Keras' long names may be broken at their underscores. @param {string} value */
const breakable = (value) =>
  value.split(/(?<=_)/).map((piece, at) => (at ? html`<wbr />${piece}` : piece));

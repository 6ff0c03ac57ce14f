// @ts-check
/** The headings of the list: each is a button that sorts, and says how it is sorted. */
import { _ } from "../i18n.js";
import { html, nothing, repeat } from "../render.js";
import { directionOf, fieldOf, isSortable } from "./columns.js";
import { classOf } from "./row.js";

/** @typedef {import("./columns.js").Column} Column */

/**
 * @typedef {object} Heads
 * @property {Column[]} columns
 * @property {string} sort
 * @property {"all"|"some"|"none"} selected of the runs shown
 * @property {(id: string) => void} onSort
 * @property {() => void} onSelect
 */

/** @param {Heads} heads */
export const heads = (heads) => html`
  <th role="columnheader" scope="col" class="choose">${chooser(heads)}</th>
  ${head({ id: "name", label: _("Run"), kind: "text" }, heads)}
  ${repeat(
    heads.columns,
    ({ id }) => id,
    (column) => head(column, heads),
  )}
  <th role="columnheader" scope="col" class="acts">
    <span class="sr-only">${_("Actions")}</span>
  </th>
`;

/** @param {Heads} heads */
const chooser = ({ selected, onSelect }) => html`
  <label class="chooser">
    <input
      type="checkbox"
      aria-label=${_("Select all runs shown")}
      .checked=${selected === "all"}
      .indeterminate=${selected === "some"}
      @change=${onSelect}
    />
  </label>
`;

/** @param {Column} column @param {Heads} heads */
function head(column, { sort, onSort }) {
  const isSorted = fieldOf(sort) === column.id;
  const direction = directionOf(sort);
  const { id, label } = column;
  return html`
    <th
      role="columnheader"
      scope="col"
      class=${classOf(column)}
      aria-sort=${isSorted ? direction : nothing}
    >
      ${isSortable(column)
        ? html`<button type="button" data-key="sort-${id}" @click=${() => onSort(id)}>
            ${label}<i aria-hidden="true">${isSorted ? ARROWS[direction] : ""}</i>
          </button>`
        : label}
    </th>
  `;
}

const ARROWS = { ascending: "▲", descending: "▼" };

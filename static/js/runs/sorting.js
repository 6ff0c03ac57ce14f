// @ts-check
/** Sorting where the list has no headings: what by, and a button that turns it round. */
import { _ } from "../i18n.js";
import { createView, html } from "../render.js";
import { directionOf, fieldOf, firstSort, isSortable, turned } from "./columns.js";

/** @typedef {import("./columns.js").Column} Column */

/**
 * @param {HTMLElement} place
 * @param {Column[]} all
 * @param {(sort: string) => void} onSort
 */
export function createSorting(place, all, onSort) {
  const name = { id: "name", label: _("Name"), kind: "text" };
  const choose = (/** @type {Event} */ { target }) =>
    onSort(firstSort(/** @type {HTMLSelectElement} */ (target).value));

  /** @param {{columns: Column[], sort: string}} shown */
  function template({ columns, sort }) {
    const ids = [...columns.map(({ id }) => id), fieldOf(sort), "created_at"];
    const fields = [name, ...all.filter((one) => isSortable(one) && ids.includes(one.id))];
    const words = directionOf(sort) === "ascending" ? _("Lowest first") : _("Highest first");
    return html`
      <label for="order">${_("Sort by")}</label>
      <div>
        <select class="select" id="order" autocomplete="off" @change=${choose}>
          ${fields.map(
            ({ id, label }) =>
              html`<option value=${id} .selected=${id === fieldOf(sort)}>${label}</option>`,
          )}
        </select>
        <button
          type="button"
          class="button"
          aria-label=${words}
          title=${words}
          @click=${() => onSort(turned(sort))}
        >
          <span aria-hidden="true">${directionOf(sort) === "ascending" ? "▲" : "▼"}</span>
        </button>
      </div>
    `;
  }
  return createView(place, template);
}

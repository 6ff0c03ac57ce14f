// @ts-check
/** One run in the list: a row of the table, a card on a phone. */
import { can } from "../control.js";
import { lookOf } from "../look.js";
import { _ } from "../i18n.js";
import { isEscape } from "../keyboard.js";
import { hasWeights } from "../moment.js";
import { mayChange } from "../owners.js";
import { html, nothing, repeat } from "../render.js";
import { at } from "../root.js";
import { addressOfRun, addressToUse } from "../addresses.js";
import { isBusy } from "../statuses.js";
import { textOf } from "./columns.js";
import { sparkline } from "./sparkline.js";
import { moreWords, statusWords, summaryOf } from "./words.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./columns.js").Column} Column */

/**
 * @typedef {object} Acts what can be done with a run
 * @property {(run: Run) => void} select
 * @property {(run: Run) => void} startRename
 * @property {(run: Run, name: string) => void} rename
 * @property {() => void} cancelRename
 * @property {(run: Run) => void} remove
 * @property {(run: Run, act: import("../control.js").Act) => void} control
 */

/**
 * @typedef {object} Look what is shown of a run besides itself
 * @property {boolean} selected
 * @property {boolean} renaming
 * @property {string} fault why it cannot have the new name
 * @property {import("./history.js").Epochs|null} epochs those that are here already
 * @property {Column[]} columns
 */

/** @param {Run} run @param {Look} look @param {Acts} acts */
export const row = (run, look, acts) => html`
  <tr role="row" data-id=${run.id} aria-selected=${look.selected}>
    ${cell("choose", "", chooser(run, look, acts))}
    ${cell("name", "", look.renaming ? renamer(run, look, acts) : title(run))}
    ${repeat(
      look.columns,
      ({ id }) => id,
      (column) => cell(classOf(column), column.label, contentOf(run, column, look)),
    )}
    ${cell("acts", "", menu(run, acts))}
  </tr>
`;

/** @param {string} name @param {string} label @param {unknown} inner */
const cell = (name, label, inner) =>
  html`<td role="cell" class=${name} data-label=${label}>${inner}</td>`;

/** Numbers are aligned by their digits. @param {Column} column */
export const classOf = ({ id, kind }) =>
  kind === "text" || kind === "curve" ? id.replaceAll(".", "-") : `num ${id.replaceAll(".", "-")}`;

/** @param {Run} run @param {Column} column @param {Look} look */
function contentOf(run, { id }, { epochs }) {
  if (id === "status") return pill(run);
  if (id === "curve") return sparkline(epochs);
  const text = textOf(run, id);
  return id === "created_at" ? html`<time datetime=${run.created_at}>${text}</time>` : text;
}

/** @param {Run} run @param {Look} look @param {Acts} acts */
const chooser = (run, { selected }, acts) => html`
  <label class="chooser">
    <input
      type="checkbox"
      data-key="choose-${run.id}"
      aria-label=${_("Select %(run)s", { run: run.name })}
      .checked=${selected}
      @change=${() => acts.select(run)}
    />
  </label>
`;

/** @param {Run} run */
const inStudio = ({ id }) => addressOfRun(id);

/** @param {Run} run */
const title = (run) => html`
  <a href=${inStudio(run)} data-key="open-${run.id}">${run.name}</a>
  <small>${summaryOf(run)}</small>
`;

/** The name that is typed stays when the run's own name changes. @param {Run} run @param {Look} look @param {Acts} acts */
function renamer(run, { fault }, acts) {
  const save = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    acts.rename(run, String(new FormData(form).get("name")).trim());
  };
  return html`
    <form class="renamer" @submit=${save}>
      <input
        class="input"
        name="name"
        data-key="name-${run.id}"
        value=${run.name}
        maxlength="80"
        aria-label=${_("New name of the run")}
        aria-describedby="rename-fault"
        @keydown=${(/** @type {KeyboardEvent} */ event) => isEscape(event) && acts.cancelRename()}
      />
      <button class="button" type="submit">${_("Save")}</button>
      <button class="button" type="button" @click=${acts.cancelRename}>${_("Cancel")}</button>
      <p class="fault" id="rename-fault" role="alert">${fault}</p>
    </form>
  `;
}

/** @param {Run} run */
export const pill = (run) => html`
  <span class="pill" data-status=${lookOf(run)}>${statusWords(run)}</span>
  ${moreWords(run) ? html`<small class="why">${moreWords(run)}</small>` : nothing}
`;

/** Pause, resume and stop, where they can be. @param {Run} run @param {Acts} acts */
function controls(run, acts) {
  const words = { pause: _("Pause"), resume: _("Resume"), stop: _("Stop") };
  const names = /** @type {(keyof typeof words)[]} */ (Object.keys(words));
  return names
    .filter((act) => can(run, act))
    .map((act) => item(words[act], () => acts.control(run, act), `${words[act]}: ${run.name}`));
}

/** @param {string} words @param {() => void} act @param {string} [name] where the words alone do not say it */
const item = (words, act, name) =>
  html`<button type="button" aria-label=${name ?? nothing} @click=${act}>${words}</button>`;

/**
 * The menu lies above the page, so that no edge of the list cuts it off.
 * @param {Event} event
 */
function onToggle({ currentTarget }) {
  const menu = /** @type {HTMLDetailsElement} */ (currentTarget);
  const items = /** @type {HTMLElement} */ (menu.lastElementChild);
  if (!menu.open) return items.hidePopover();
  items.showPopover();
  placeMenu(menu);
}

/** Put an open menu below its button, or above where there is no room. @param {Element} menu */
export function placeMenu(menu) {
  const items = /** @type {HTMLElement} */ (menu.lastElementChild);
  const { right, top, bottom } = menu.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = items;
  const isBelow = bottom + 4 + height <= innerHeight;
  items.style.left = `${Math.max(8, right - width)}px`;
  items.style.top = `${isBelow ? bottom + 4 : Math.max(8, top - 4 - height)}px`;
}

/** @param {Run} run @param {Acts} acts */
function menu(run, acts) {
  const isMine = mayChange(run);
  return html`
    <details class="rowmenu" @toggle=${onToggle}>
      <summary data-key="menu-${run.id}" aria-label=${_("Actions for %(run)s", { run: run.name })}>
        ⋯
      </summary>
      <div class="items" popover="manual">
        <a href=${inStudio(run)}>${_("Open in the Studio")}</a>
        ${isMine ? controls(run, acts) : nothing}
        <a href=${addressToUse(run.id)}>${_("Duplicate and change one thing")}</a>
        ${isMine ? item(_("Rename"), () => acts.startRename(run)) : nothing}
        ${hasWeights(run) && !run.diverged ? download(run) : nothing}
        ${isMine ? remover(run, acts) : nothing}
      </div>
    </details>
  `;
}

/** @param {Run} run */
const download = ({ id }) => html`
  <a href=${at(`/api/runs/${encodeURIComponent(id)}/model?format=keras`)} download=""
    >${_("Download model (.keras)")}</a
  >
`;

/** @param {Run} run @param {Acts} acts */
function remover(run, acts) {
  const trains = isBusy(run);
  return html`
    <button
      type="button"
      class="danger"
      ?disabled=${trains}
      aria-label="${_("Delete")}: ${run.name}"
      @click=${() => acts.remove(run)}
    >
      ${trains ? _("Delete (stop it first)") : _("Delete…")}
    </button>
  `;
}

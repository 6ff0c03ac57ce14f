// @ts-check
/** Several runs side by side: their curves in one picture, and where their settings differ. */
import { el, oncePerFrame } from "../dom.js";
import { _ } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { alone } from "../mount.js";
import { loss, NOTHING, percent } from "../numbers.js";
import { createView, html } from "../render.js";
import { at } from "../root.js";
import { fetchPlotting } from "../uplot.js";
import { styleOf } from "./chart.js";
import { brief, differences } from "./differences.js";
import { createFigures } from "./figures.js";
import { epochsOf } from "./history.js";
import { keepsValidation, validationAccuracy } from "./state.js";
import { table, tableRow } from "./table.js";
import { pill } from "./row.js";
import { timeWords } from "./words.js";

/** @typedef {import("../types.js").Run} Run */

/**
 * @param {HTMLElement} root
 * @param {{onClose: () => void}} options
 */
export function createCompare(root, { onClose }) {
  /** Which curves: validation or training. @type {"val_"|""} */
  let kind = "val_";
  let isChosen = false;
  /** @type {Run[]} */
  let runs = [];
  let shownFor = "";
  const lifetime = createLifetime();
  const paint = oncePerFrame(() => shownFor && paintNow(), lifetime.signal);
  const place = el("div", { class: "figures" });
  const figures = lifetime.own(alone(place, () => createFigures(place), fetchPlotting));
  const view = lifetime.own(createView(root, () => template()));

  function paintNow() {
    view.draw(null);
    figures.draw({ kind, runs });
  }

  /** @param {Event} event */
  function choose({ target }) {
    isChosen = true;
    kind = /** @type {HTMLSelectElement} */ (target).value === "val_" ? "val_" : "";
    paint();
  }

  const template = () => html`
    <div class="heading">
      <h2 id="compare-title" tabindex="-1">${_("Compare")}</h2>
      <select class="select" aria-label=${_("Which curves")} @change=${choose}>
        <option value="val_" .selected=${kind === "val_"}>${_("On validation images")}</option>
        <option value="" .selected=${kind === ""}>${_("In training")}</option>
      </select>
      <button type="button" class="ghost" @click=${onClose}>${_("Close")}</button>
    </div>
    <ul class="key">
      ${runs.map(keyItem)}
    </ul>
    ${place}
    <div class="tables">${resultTable(runs)} ${differenceTable(runs)}</div>
  `;
  view.draw(null);

  return {
    /** @param {Run[]} chosen */
    show(chosen) {
      const version = JSON.stringify(chosen.map(shownOf));
      if (version === shownFor) return;
      [shownFor, runs] = [version, chosen];
      // Until the reader chooses: no empty charts where no run has validation images.
      if (!isChosen) kind = runs.some(keepsValidation) ? "val_" : "";
      paint();
      for (const run of chosen) epochsOf(run).then(paint, paint);
    },
    hide() {
      if (!shownFor) return;
      shownFor = "";
      figures.draw({ kind, runs: [] });
    },
    dispose: lifetime.dispose,
  };
}

/** What changes of a run what is shown of it. @param {Run} run */
const shownOf = ({ id, name, epoch, status, diverged, test }) => [
  id,
  name,
  epoch,
  status,
  diverged,
  test,
];

/** @param {Run} run @param {number} n */
const keyItem = ({ id, name }, n) => html`
  <li>
    <i data-n=${(n % 8) + 1} data-dash=${styleOf(n).dash.length}></i
    ><a href=${at(`/?run=${encodeURIComponent(id)}`)}>${name}</a>
  </li>
`;

/** @param {Run[]} runs */
function resultTable(runs) {
  /** @type {[string, (run: Run) => string][]} */
  const lines = [
    [_("Best validation accuracy"), (run) => percent(validationAccuracy(run))],
    [_("Test accuracy"), (run) => percent(run.test?.accuracy)],
    [_("Test loss"), (run) => loss(run.test?.loss)],
    [_("Time"), timeWords],
  ];
  const rows = [
    tableRow("", _("Status"), runs.map(pill)),
    ...lines.map(([label, of]) => tableRow("", label, runs.map(of))),
  ];
  return table({ caption: _("Results"), names: runs.map(({ name }) => name), rows });
}

/** @param {Run[]} runs */
function differenceTable(runs) {
  const found = differences(runs.map(({ config }) => config));
  if (!found.length)
    return html`<p class="waiting">
      ${_("These runs have the same settings; only chance differs.")}
    </p>`;
  const rows = found.map(({ path, values }) =>
    tableRow(
      "num",
      path,
      values.map((value) => brief(value) || NOTHING),
    ),
  );
  return table({ caption: _("Differences"), names: runs.map(({ name }) => name), rows });
}

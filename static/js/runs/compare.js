// @ts-check
/** Several runs side by side: their curves in one picture, and where their settings differ. */
import { onThemeChange } from "../colors.js";
import { el, oncePerFrame } from "../dom.js";
import { _ } from "../i18n.js";
import { createKeyed } from "../keyed.js";
import { sayFailed } from "../mount.js";
import { loss, NOTHING, percent } from "../numbers.js";
import { columnsOf, styleOf } from "./chart.js";
import { brief, differences } from "./differences.js";
import { createFigure } from "./figure.js";
import { epochsHere, epochsOf } from "./history.js";
import { keepsValidation, validationAccuracy } from "./state.js";
import { headRow, scroller } from "./table.js";
import { fetchPlotting } from "../uplot.js";
import { statusWords, timeWords } from "./words.js";
import { at } from "../root.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./history.js").Epochs} Epochs */
/** @typedef {import("./chart.js").Metric} Metric */

/** What is drawn of a run whose curve cannot be had. @type {Epochs} */
const NONE = {
  epoch: [],
  loss: [],
  accuracy: [],
  val_loss: [],
  val_accuracy: [],
  learning_rate: [],
  seconds: [],
};

/**
 * @param {HTMLElement} root
 * @param {{onClose: () => void}} options
 */
export function createCompare(root, { onClose }) {
  /** @type {"val_"|""} which curves: validation or training */
  let part = "val_";
  let isChosen = false;
  /** @type {Run[]} */
  let runs = [];
  let shownFor = "";
  const paint = oncePerFrame(() => shownFor && paintNow());

  const figures = createFigures();
  const key = createKeyed(el("ul", { class: "key" }));
  const tables = createKeyed(el("div", { class: "tables" }));
  const which = el(
    "select",
    {
      class: "select",
      "aria-label": _("Which curves"),
      onchange: () => {
        isChosen = true;
        part = which.value === "val_" ? "val_" : "";
        paint();
      },
    },
    el("option", { value: "val_" }, _("On validation images")),
    el("option", { value: "" }, _("In training")),
  );
  root.replaceChildren(
    el(
      "div",
      { class: "heading" },
      el("h2", { id: "compare-title", tabindex: "-1" }, _("Compare")),
      which,
      el("button", { type: "button", class: "ghost", onclick: onClose }, _("Close")),
    ),
    key.parent,
    figures.element,
    tables.parent,
  );

  function paintNow() {
    const names = runs.map(({ name }) => name);
    key.draw(runs.map(keyItem));
    figures.draw(part, runs, paint);
    tables.draw([
      { key: "results", ...whole([names, resultLines(runs)], () => resultTable(runs)) },
      { key: "differences", ...whole(runs.map(settingsOf), () => differenceTable(runs)) },
    ]);
  }

  return {
    /** @param {Run[]} chosen */
    show(chosen) {
      const version = JSON.stringify(chosen.map(lookOf));
      if (version === shownFor) return;
      [shownFor, runs] = [version, chosen];
      // Until the reader chooses: no empty charts where no run has validation images.
      if (!isChosen) part = runs.some(keepsValidation) ? "val_" : "";
      which.value = part;
      paint();
      for (const run of chosen) epochsOf(run).then(paint, paint);
    },
    hide() {
      shownFor = "";
      figures.end();
    },
  };
}

/** What changes of a run what is shown of it. @param {Run} run */
const lookOf = ({ id, name, epoch, status, diverged, test }) => [
  id,
  name,
  epoch,
  status,
  diverged,
  test,
];

/** The two charts, used again for as long as the runs and the kind of curves are the same. */
function createFigures() {
  const element = el("div", { class: "figures" });
  /** @type {{metric: Metric, figure: ReturnType<typeof createFigure>}[]} */
  let all = [];
  let madeFor = "";
  addEventListener("resize", () => all.forEach(({ figure }) => figure.resize()));
  onThemeChange(() => all.forEach(({ figure }) => figure.repaint()));

  function end() {
    for (const { figure } of all) figure.destroy();
    all = [];
    madeFor = "";
    element.replaceChildren();
  }

  return {
    element,
    end,
    /** @param {"val_"|""} part @param {Run[]} runs @param {() => void} again */
    draw(part, runs, again) {
      const wanted = JSON.stringify([part, runs.map(({ id, name }) => [id, name])]);
      if (wanted !== madeFor) {
        end();
        madeFor = wanted;
        const names = runs.map(({ name }) => name);
        const metrics = /** @type {Metric[]} */ ([`${part}accuracy`, `${part}loss`]);
        all = metrics.map((metric) => ({ metric, figure: createFigure(metric, names) }));
        element.replaceChildren(...all.map(({ figure }) => figure.element));
      }
      const histories = runs.map((run) => epochsHere(run) ?? NONE);
      try {
        for (const { metric, figure } of all) figure.draw(columnsOf(histories, metric));
      } catch (error) {
        end();
        sayFailed(element, error, () => void fetchPlotting().then(again, again));
      }
    },
  };
}

/** @param {unknown} content all that is shown @param {() => HTMLElement} make */
const whole = (content, make) => ({ version: JSON.stringify(content), make });

/** @param {Run} run @param {number} n @returns {import("../keyed.js").Item} */
function keyItem({ id, name }, n) {
  const swatch = () => el("i", { "data-n": (n % 8) + 1, "data-dash": styleOf(n).dash.length });
  const link = () => el("a", { href: at(`/?run=${encodeURIComponent(id)}`) }, name);
  return {
    key: id,
    version: JSON.stringify([name, n]),
    make: () => el("li", {}, swatch(), link()),
  };
}

/** @param {Run} run */
const settingsOf = ({ name, config }) => [name, config];

/** @param {Run[]} runs */
function resultLines(runs) {
  /** @type {[string, (run: Run) => string][]} */
  const lines = [
    [_("Status"), statusWords],
    [_("Best validation accuracy"), (run) => percent(validationAccuracy(run))],
    [_("Test accuracy"), (run) => percent(run.test?.accuracy)],
    [_("Test loss"), (run) => loss(run.test?.loss)],
    [_("Time"), timeWords],
  ];
  return lines.map(([label, of]) => ({ label, code: false, values: runs.map(of) }));
}

/** @param {Run[]} runs */
const resultTable = (runs) => table(_("Results"), runs, resultLines(runs));

/** @param {Run[]} runs */
function differenceTable(runs) {
  const found = differences(runs.map(({ config }) => config));
  if (!found.length)
    return el(
      "p",
      { class: "waiting" },
      _("These runs have the same settings; only chance differs."),
    );
  return table(
    _("What differs"),
    runs,
    found.map(({ path, values }) => ({ label: path, code: true, values: values.map(brief) })),
  );
}

/**
 * @param {string} caption
 * @param {Run[]} runs
 * @param {{label: string, code: boolean, values: string[]}[]} lines
 */
function table(caption, runs, lines) {
  const names = runs.map(({ name }) => name);
  return scroller(
    caption,
    el(
      "table",
      {},
      el("caption", {}, caption),
      headRow("", names),
      el(
        "tbody",
        {},
        lines.map(({ label, code, values }) =>
          el(
            "tr",
            {},
            el("th", { scope: "row", class: code ? "num" : null }, label),
            values.map((value) => el("td", {}, value || NOTHING)),
          ),
        ),
      ),
    ),
  );
}

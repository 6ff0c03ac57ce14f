// @ts-check
/** Several runs side by side: their curves in one picture, and where their settings differ. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { sayFailed } from "../mount.js";
import { loss, NOTHING, percent } from "../numbers.js";
import { createPager } from "../pager.js";
import { columnsOf, drawChart, styleOf } from "./chart.js";
import { brief, differences } from "./differences.js";
import { epochsOf } from "./history.js";
import { validationAccuracy } from "./state.js";
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
  /** @type {Run[]} */
  let runs = [];
  /** @type {Epochs[]} */
  let histories = [];
  /** @type {ReturnType<typeof drawChart>[]} */
  let charts = [];
  let shownFor = "";

  const figures = el("div", { class: "figures" });
  const key = el("ul", { class: "key" });
  const tables = el("div", { class: "tables" });
  const which = el(
    "select",
    {
      class: "select",
      "aria-label": _("Which curves"),
      onchange: () => {
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
    key,
    figures,
    tables,
  );
  addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
  document.documentElement.addEventListener("themechange", () =>
    charts.forEach((chart) => chart.repaint()),
  );

  function paint() {
    paintKey(key, runs);
    figures.replaceChildren();
    const drawings = [
      figure(figures, `${part}accuracy`, runs, histories),
      figure(figures, `${part}loss`, runs, histories),
    ];
    try {
      // Only side by side have they their width.
      charts = drawings.map((draw) => draw());
    } catch (error) {
      charts = [];
      sayFailed(figures, error, () => void fetchPlotting().then(paint, paint));
    }
    tables.replaceChildren(resultTable(runs), differenceTable(runs));
  }

  return {
    /** @param {Run[]} chosen */
    async show(chosen) {
      runs = chosen;
      const version = chosen.map(({ id, name, epoch, status }) => [id, name, epoch, status]).join();
      if (version === shownFor) return;
      shownFor = version;
      const fetched = await Promise.all(chosen.map((run) => epochsOf(run).catch(() => NONE)));
      if (shownFor !== version) return;
      histories = fetched;
      paint();
    },
    hide() {
      shownFor = "";
    },
  };
}

/** @param {HTMLElement} key @param {Run[]} runs */
function paintKey(key, runs) {
  key.replaceChildren(
    ...runs.map((run, n) => {
      const swatch = el("i", { "data-n": (n % 8) + 1, "data-dash": styleOf(n).dash.length });
      return el(
        "li",
        {},
        swatch,
        el("a", { href: at(`/?run=${encodeURIComponent(run.id)}`) }, run.name),
      );
    }),
  );
}

/** @returns {Record<Metric, string>} */
const metricNames = () => ({
  accuracy: _("Training accuracy"),
  loss: _("Training loss"),
  val_accuracy: _("Validation accuracy"),
  val_loss: _("Validation loss"),
});

/**
 * A chart's frame. Returns what draws the chart into it.
 * @param {HTMLElement} parent
 * @param {Metric} metric
 * @param {Run[]} runs
 * @param {Epochs[]} histories
 */
function figure(parent, metric, runs, histories) {
  const title = metricNames()[metric];
  const columns = columnsOf(histories, metric);
  const write = metric.endsWith("loss") ? loss : percent;
  const box = el("div", { class: "plot" });
  const reading = el("span", { class: "reading num" });
  const names = runs.map(({ name }) => name);
  const twin = tableTwin(title, names, columns, write);
  parent.append(
    el("figure", {}, el("figcaption", {}, el("strong", {}, title), reading), box, twin),
  );
  const onHover = (/** @type {number|null} */ index) => {
    reading.textContent = index === null ? "" : readingAt(columns, index, write);
  };
  return () => drawChart(box, { label: title, names, columns, onHover });
}

/** @param {any[][]} columns @param {number} index @param {(value: any) => string} write */
function readingAt([x, ...curves], index, write) {
  const epoch = _("Epoch %(n)s", { n: x[index] ?? 0 });
  return `${epoch}: ${curves.map((curve) => write(curve[index])).join(" · ")}`;
}

/**
 * The chart's numbers, page by page, made when they are asked for.
 * @param {string} caption
 * @param {string[]} names
 * @param {any[][]} columns
 * @param {(value: any) => string} write
 */
function tableTwin(caption, names, columns, write) {
  const place = el("div");
  const pager = createPager(fill);
  const twin = el(
    "details",
    { class: "twin", ontoggle: () => twin.open && fill() },
    el("summary", {}, _("As a table")),
    place,
    pager.element,
  );
  function fill() {
    const { from, to } = pager.draw(columns[0].length);
    const shown = columns.map((column) => column.slice(from - 1, to));
    place.replaceChildren(epochTable(caption, names, shown, write));
  }
  return twin;
}

/**
 * @param {string} caption
 * @param {string[]} names
 * @param {any[][]} columns
 * @param {(value: any) => string} write
 */
function epochTable(caption, names, [x, ...curves], write) {
  return scroller(
    caption,
    el(
      "table",
      {},
      el("caption", { class: "sr-only" }, caption),
      headRow(_("Epoch"), names),
      el(
        "tbody",
        {},
        x.map((epoch, i) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, epoch),
            curves.map((curve) => el("td", {}, write(curve[i]))),
          ),
        ),
      ),
    ),
  );
}

/** @param {string} label @param {HTMLElement} table */
const scroller = (label, table) =>
  el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": label }, table);

/** @param {string} first @param {string[]} names */
function headRow(first, names) {
  return el(
    "thead",
    {},
    el(
      "tr",
      {},
      first ? el("th", { scope: "col" }, first) : el("td"),
      names.map((name, n) =>
        el("th", { scope: "col" }, el("i", { class: "dot", "data-n": (n % 8) + 1 }), name),
      ),
    ),
  );
}

/** @param {Run[]} runs */
function resultTable(runs) {
  /** @type {[string, (run: Run) => string][]} */
  const lines = [
    [_("Status"), statusWords],
    [_("Best validation accuracy"), (run) => percent(validationAccuracy(run))],
    [_("Test accuracy"), (run) => percent(run.test?.accuracy)],
    [_("Test loss"), (run) => loss(run.test?.loss)],
    [_("Time"), timeWords],
  ];
  return table(
    _("Results"),
    runs,
    lines.map(([label, of]) => ({ label, code: false, values: runs.map(of) })),
  );
}

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

// @ts-check
/** One figure of Compare: a chart of several runs, what it says at the pointer, and its numbers. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { createKeyed } from "../keyed.js";
import { loss, percent } from "../numbers.js";
import { createPager } from "../pager.js";
import { drawChart } from "./chart.js";
import { headRow, scroller } from "./table.js";

/** @typedef {import("./chart.js").Metric} Metric */

/** @returns {Record<Metric, string>} */
const metricNames = () => ({
  accuracy: _("Training accuracy"),
  loss: _("Training loss"),
  val_accuracy: _("Validation accuracy"),
  val_loss: _("Validation loss"),
});

/**
 * @param {Metric} metric
 * @param {string[]} names of the runs
 */
export function createFigure(metric, names) {
  const title = metricNames()[metric];
  const write = metric.endsWith("loss") ? loss : percent;
  const box = el("div", { class: "plot" });
  const reading = el("span", { class: "reading num" });
  /** @type {any[][]} */
  let columns = [[]];
  const twin = tableTwin(title, names, () => columns, write);
  /** @type {ReturnType<typeof drawChart> | null} */
  let chart = null;

  /** @param {number|null} index */
  function onHover(index) {
    reading.textContent = index === null ? "" : readingAt(columns, index, write);
  }

  return {
    element: el(
      "figure",
      {},
      el("figcaption", {}, el("strong", {}, title), reading),
      box,
      twin.element,
    ),
    /** Draw these; the element must be on the page, where it has its width. @param {any[][]} fresh */
    draw(fresh) {
      columns = fresh;
      if (chart) chart.update(columns);
      else chart = drawChart(box, { label: title, names, columns, onHover });
      twin.fill();
    },
    destroy() {
      chart?.destroy();
      twin.end();
    },
    resize: () => chart?.resize(),
    repaint: () => chart?.repaint(),
  };
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
 * @param {() => any[][]} columns
 * @param {(value: any) => string} write
 */
function tableTwin(caption, names, columns, write) {
  const place = el("div");
  const pager = createPager(fill);
  const element = el(
    "details",
    { class: "twin", ontoggle: fill },
    el("summary", {}, _("As a table")),
    place,
    pager.element,
  );
  const tables = createKeyed(place);
  function fill() {
    if (!element.open) return;
    const { from, to } = pager.draw(columns()[0].length);
    const shown = columns().map((column) => column.slice(from - 1, to));
    const make = () => epochTable(caption, names, shown, write);
    tables.draw([{ key: "table", version: JSON.stringify(shown), make }]);
  }
  return { element, fill, end: tables.end };
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

// @ts-check
/** One figure of Compare: a chart of several runs, what it says at the pointer, and its numbers. */
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { loss, percent } from "../numbers.js";
import { createPager } from "../pager.js";
import { html, nothing } from "../render.js";
import { drawChart } from "./chart.js";
import { table, tableRow } from "./table.js";

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
 * @param {() => void} onTable called when its table is opened, or turned to another page
 */
export function createFigure(metric, names, onTable) {
  const title = metricNames()[metric];
  const write = metric.endsWith("loss") ? loss : percent;
  const box = el("div", { class: "plot" });
  const reading = el("span", { class: "reading num" });
  const pager = createPager(onTable);
  let isOpen = false;
  /** @type {any[][]} */
  let columns = [[]];
  /** @type {ReturnType<typeof drawChart> | null} */
  let chart = null;

  /** @param {number|null} index */
  function onHover(index) {
    reading.textContent = index === null ? "" : readingAt(columns, index, write);
  }

  /** @param {Event} event */
  function onToggle({ currentTarget }) {
    isOpen = /** @type {HTMLDetailsElement} */ (currentTarget).open;
    onTable();
  }

  /** The chart's numbers, page by page, made when they are asked for. */
  function numbers() {
    const { from, to } = pager.draw(columns[0].length);
    const [x, ...curves] = columns.map((column) => column.slice(from - 1, to));
    const rows = x.map((epoch, i) =>
      tableRow(
        "",
        epoch,
        curves.map((curve) => write(curve[i])),
      ),
    );
    return table({ caption: title, isNamed: true, first: _("Epoch"), names, rows });
  }

  return {
    metric,
    /** @param {any[][]} fresh */
    template(fresh) {
      columns = fresh;
      return html`
        <figure>
          <figcaption><strong>${title}</strong>${reading}</figcaption>
          ${box}
          <details class="twin" @toggle=${onToggle}>
            <summary>${_("As a table")}</summary>
            <div>${isOpen ? numbers() : nothing}</div>
            ${pager.element}
          </details>
        </figure>
      `;
    },
    /** Draw the chart, now that the template is on the page, where it has its width. */
    drawChart() {
      if (chart) chart.update(columns);
      else chart = drawChart(box, { label: title, names, columns, onHover });
    },
    dispose: () => chart?.destroy(),
    resize: () => chart?.resize(),
    repaint: () => chart?.repaint(),
  };
}

/** @param {any[][]} columns @param {number} index @param {(value: any) => string} write */
function readingAt([x, ...curves], index, write) {
  const epoch = _("Epoch %(n)s", { n: x[index] ?? 0 });
  return `${epoch}: ${curves.map((curve) => write(curve[index])).join(" · ")}`;
}

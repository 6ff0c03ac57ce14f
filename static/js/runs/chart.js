// @ts-check
/** Curves of several runs in one chart. */
import { color } from "../colors.js";
import { el } from "../dom.js";
import { number } from "../i18n.js";
import { plotting } from "../uplot.js";

/** @typedef {import("./history.js").Epochs} Epochs */
/** @typedef {"loss"|"accuracy"|"val_loss"|"val_accuracy"} Metric */

/** Curves with more epochs than this show no points. */
const MOST_POINTS = 40;

/** Dashes distinguish curves where colours may not. */
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

/**
 * Columns for uPlot: epochs 1…, then one curve a run; undefined where a run has not got that far.
 * @param {Pick<Epochs, "epoch" | Metric>[]} histories every epoch from the first on
 * @param {Metric} metric
 */
export function columnsOf(histories, metric) {
  const longest = Math.max(0, ...histories.map(({ epoch }) => epoch.length));
  const x = Array.from({ length: longest }, (_, i) => i + 1);
  return [x, ...histories.map((epochs) => x.map((_epoch, i) => epochs[metric][i]))];
}

/** The n-th run's colour and dash. @param {number} n */
export const styleOf = (n) => ({
  token: `--run-${(n % 8) + 1}`,
  dash: DASHES[Math.floor(n / 2) % 4],
});

/**
 * @param {HTMLElement} box
 * @param {{label: string, names: string[], columns: any[], onHover: (index: number|null) => void}} chart
 */
export function drawChart(box, { label, names, columns, onHover }) {
  const Plot = plotting();
  const place = el("div", { class: "canvas", role: "img", "aria-label": label });
  box.replaceChildren(place);
  const plot = new Plot(
    {
      width: box.clientWidth || 320,
      height: 240,
      padding: [12, 14, 0, 4],
      legend: { show: false },
      cursor: { y: false, points: { size: 7 } },
      scales: { x: { time: false } },
      axes: [axis(26, false), axis(46, true)],
      series: [{}, ...names.map((name, n) => series(name, n))],
      hooks: { setCursor: [(/** @type {any} */ at) => onHover(at.cursor.idx ?? null)] },
    },
    /** @type {any} */ (columns),
    place,
  );
  return {
    /** @param {any[]} fresh the same curves, longer */
    update(fresh) {
      plot.setData(/** @type {any} */ (fresh));
    },
    destroy: () => plot.destroy(),
    resize: () => box.clientWidth && plot.setSize({ width: box.clientWidth, height: 240 }),
    repaint: () => plot.redraw(),
  };
}

/** @param {number} size @param {boolean} grid @returns {any} */
function axis(size, grid) {
  return {
    size,
    stroke: () => color("--ink-3"),
    font: "11px system-ui, sans-serif",
    grid: grid ? { stroke: () => color("--rule"), width: 1 } : { show: false },
    ticks: { show: false },
    values: (/** @type {any} */ _plot, /** @type {number[]} */ at) =>
      at.map((value) => (Number.isInteger(value) || grid ? number(value) : "")),
  };
}

/** @param {string} label @param {number} n @returns {any} */
function series(label, n) {
  const { token, dash } = styleOf(n);
  return {
    label,
    stroke: () => color(token),
    width: 2.25,
    dash,
    points: {
      show: (/** @type {any} */ plot) => plot.data[0].length <= MOST_POINTS,
      size: 5,
      width: 0,
      fill: () => color(token),
    },
  };
}

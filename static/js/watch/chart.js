// @ts-check
/**
 * One curve chart: faint running means, bold epochs, the best epoch ringed. The values of an
 * epoch are read by mouse, touch or arrow keys: to assistive technology it is a slider over epochs.
 */

import { color } from "../colors.js";
import { _, number } from "../i18n.js";
import { el } from "../dom.js";
import { plotting } from "../uplot.js";
import { drawMarks } from "./marks.js";
import { createReading, placeReading } from "./reading.js";
import { columns, range, reach } from "./series.js";

/** @typedef {import("./history.js").History} History */
/** @typedef {import("./series.js").Metric} Metric */

/**
 * @typedef {object} Chart
 * @property {HTMLElement} box
 * @property {Metric} metric
 * @property {boolean} log whether the y axis is logarithmic
 * @property {[number, number]} x range
 * @property {[number, number]} y range
 * @property {History | null} history
 * @property {import("uplot")} plot
 * @property {import("./reading.js").Reading} reading
 */

/** More epochs than this and their dots would run together. */
const MOST_DOTS = 60;

/**
 * @param {HTMLElement} box where it goes; its size is the chart's
 * @param {Metric} metric
 * @returns {Chart}
 */
export function createChart(box, metric) {
  /** @type {Chart} */
  const chart = {
    box,
    metric,
    log: false,
    x: [0, 20],
    y: [0, 1],
    history: null,
    plot: /** @type {any} */ (null),
    reading: createReading(box),
  };
  chart.plot = plotOf(chart);
  return chart;
}

/**
 * Draw the run's curves.
 * @param {Chart} chart
 * @param {History} history
 * @param {{epochs: number, over: boolean, log: boolean}} run
 */
export function drawChart(chart, history, run) {
  if (!chart.box.clientWidth) return;
  if (run.log !== chart.log) {
    chart.log = run.log;
    chart.plot.destroy();
    chart.plot = plotOf(chart);
  }
  fit(chart);
  const data = columns(history, chart.metric, chart.box.clientWidth);
  chart.history = history;
  chart.x = [0, reach(history.position, run.epochs, run.over)];
  chart.y = range(data, chart.metric, chart.log);
  const shown = [data.batch, data.train, data.val].map((one) => (chart.log ? positive(one) : one));
  chart.plot.setData(/** @type {any} */ ([data.x, ...shown]));
}

/**
 * Show the values at an epoch (index into `history.epochs`), or none.
 * @param {Chart} chart
 * @param {number | null} index
 */
export function readChart(chart, index) {
  placeReading(chart, index);
}

/** Take the chart away. @param {Chart} chart */
export function endChart({ plot }) {
  plot.destroy();
}

/** @param {Chart} chart */
function fit(chart) {
  const [width, height] = [chart.box.clientWidth, chart.box.clientHeight];
  if (chart.plot.width !== width || chart.plot.height !== height) {
    chart.plot.setSize({ width, height });
  }
}

/** @param {import("./series.js").Column} column */
function positive(column) {
  return column.map((value) => (typeof value === "number" && value <= 0 ? undefined : value));
}

/**
 * @param {Chart} chart
 * @returns {import("uplot")}
 */
function plotOf(chart) {
  const Plot = plotting();
  const place = el("div", { class: "plot-canvas" });
  chart.box.prepend(place);
  const plot = new Plot(options(chart), /** @type {any} */ ([[], [], [], []]), place);
  plot.over.append(chart.reading.line, ...chart.reading.dots, chart.reading.label);
  const destroy = plot.destroy.bind(plot);
  plot.destroy = () => {
    destroy();
    place.remove();
  };
  return plot;
}

/**
 * @param {Chart} chart
 * @returns {any}
 */
function options(chart) {
  return {
    width: chart.box.clientWidth || 300,
    height: chart.box.clientHeight || 200,
    padding: [14, () => lastLabel(chart), 2, 4],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => chart.x },
      y: { distr: chart.log ? 3 : 1, range: () => chart.y },
    },
    axes: [xAxis(), yAxis(chart)],
    series: [
      {},
      {
        alpha: 0.4,
        paths: () => null,
        points: { show: true, size: 2.8, width: 0, fill: () => color("--train") },
      },
      line("--train", 2.25),
      line("--val", 2.25, [6, 4]),
    ],
    hooks: {
      draw: [() => chart.history && drawMarks(chart, chart.history), () => ringBest(chart)],
    },
  };
}

/** Room on the right for half of the last epoch's number. @param {Chart} chart */
const lastLabel = (chart) => 12 + 3 * number(chart.x[1]).length;

/**
 * @param {string} token
 * @param {number} width
 * @param {number[]} [dash]
 */
function line(token, width, dash) {
  const paint = () => color(token);
  return {
    stroke: paint,
    width,
    dash,
    points: {
      show: (/** @type {import("uplot")} */ plot, /** @type {number} */ series) =>
        count(/** @type {any} */ (plot.data[series])) <= MOST_DOTS,
      size: 5.5,
      width: 0,
      fill: paint,
    },
  };
}

/** @param {import("./series.js").Column} column */
const count = (column) => column.filter((value) => value !== undefined).length;

const FONT = "11px system-ui, sans-serif";

function xAxis() {
  return {
    stroke: () => color("--ink-3"),
    font: FONT,
    size: 20,
    gap: 2,
    label: _("Epoch"),
    labelFont: FONT,
    labelSize: 14,
    labelGap: 0,
    grid: { show: false },
    ticks: { show: false },
    incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
    space: 44,
    values: (/** @type {any} */ _plot, /** @type {number[]} */ at) =>
      at.map((value) => (value ? number(value) : "")),
  };
}

/** @param {Chart} chart */
function yAxis(chart) {
  return {
    stroke: () => color("--ink-3"),
    font: FONT,
    size: 44,
    gap: 6,
    space: chart.log ? 24 : 40,
    grid: { stroke: () => color("--rule"), width: 1, ...(chart.log && { filter: decades }) },
    ticks: { show: false },
    values: (/** @type {any} */ _plot, /** @type {(number | null)[]} */ at) =>
      at.map((value) => (value === null ? "" : axisNumber(value))),
  };
}

/** The loss of a network that diverges has more digits than there is room for. @param {number} value */
const axisNumber = (value) =>
  Math.abs(value) >= 1e6 ? value.toExponential() : number(value, { maximumSignificantDigits: 4 });

/**
 * Lines only at 1, 10, 100 … of a logarithmic axis and half-way between.
 * @param {any} _plot
 * @param {number[]} at
 */
function decades(_plot, at) {
  return at.map((value) => ([1, 2, 5].includes(Number(value.toExponential(1)[0])) ? value : null));
}

/** @param {Chart} chart */
function ringBest(chart) {
  const { plot, history, metric } = chart;
  const best = history?.best;
  if (!best || !history || history.epochs.length < 2) return;
  const validated = best.val_accuracy !== null;
  const value =
    metric === "loss"
      ? validated
        ? best.val_loss
        : best.loss
      : (best.val_accuracy ?? best.accuracy);
  if (value === null || value < chart.y[0] || value > chart.y[1]) return;
  const { ctx } = plot;
  const ratio = plotting().pxRatio;
  ctx.save();
  ctx.strokeStyle = color(validated ? "--val" : "--train");
  ctx.lineWidth = 1.5 * ratio;
  ctx.beginPath();
  ctx.arc(plot.valToPos(best.epoch, "x", true), plot.valToPos(value, "y", true), 6.5 * ratio, 0, 7);
  ctx.stroke();
  ctx.restore();
}

// @ts-check
/**
 * What happened along the way, on the curves: the learning rate changed (a triangle up or down),
 * training began again after a crash (a turning arrow), it diverged (a cross). Told by shapes and
 * words, so that no colour need be seen.
 */

import { color } from "../colors.js";
import { _ } from "../i18n.js";
import { rate } from "../numbers.js";
import { plotting } from "../uplot.js";

/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./history.js").History} History */
/** @typedef {import("./history.js").RateChange} RateChange */

export const RESTART = "↻";

/** @param {RateChange} change */
export const triangleOf = ({ from, to }) => (to > from ? "▲" : "▼");

/**
 * @param {History} history
 * @param {number} epoch
 * @returns {RateChange | undefined}
 */
export const changeAt = ({ rateChanges }, epoch) => rateChanges.find((one) => one.epoch === epoch);

/**
 * What else is to be said of an epoch, or nothing.
 * @param {History} history
 * @param {number} epoch
 */
export function noteOf(history, epoch) {
  const notes = [];
  const change = changeAt(history, epoch);
  if (change) {
    const [from, to] = [rate(change.from), rate(change.to)];
    notes.push(_("learning rate %(from)s → %(to)s", { from, to }));
  }
  if (history.restarts.includes(epoch - 1))
    notes.push(
      epoch > 1
        ? _("continued from epoch %(n)s", { n: epoch - 1 })
        : _("restarted from the beginning"),
    );
  if (history.divergedAt === epoch) notes.push(_("diverged"));
  return notes.join("; ");
}

/**
 * @typedef {object} Mark
 * @property {number} x epochs done
 * @property {string} text
 * @property {string} token the colour's name
 * @property {number} reach how far its line goes up the chart, 0–1
 */

/** @type {(x: number, text: string, token: string, reach: number) => Mark} */
const mark = (x, text, token, reach) => ({ x, text, token, reach });

/**
 * @param {History} history
 * @returns {Mark[]} what matters most first
 */
export function marksOf({ rateChanges, restarts, divergedAt }) {
  return [
    ...(divergedAt === null ? [] : [mark(divergedAt, `✕ ${_("diverged")}`, "--seal-ink", 1)]),
    ...rateChanges.map((one) =>
      mark(one.epoch, `${triangleOf(one)} ${rate(one.to)}`, "--ink-2", 1),
    ),
    ...restarts.map((x) => mark(x, RESTART, "--ink-3", 0.04)),
  ];
}

/** Pixels that the words of two marks keep apart. */
const APART = 6;

/**
 * Draw them all. Where words would run into others the sign stands alone, and where even that has
 * no room the line does.
 * @param {Chart} chart
 * @param {History} history
 */
export function drawMarks(chart, history) {
  const { ctx, bbox } = chart.plot;
  const ratio = plotting().pxRatio;
  /** @type {[number, number][]} spans already written on */
  const taken = [];
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  for (const { x: at, text, token, reach } of marksOf(history)) {
    if (at > chart.x[1]) continue;
    const x = chart.plot.valToPos(at, "x", true);
    ctx.strokeStyle = ctx.fillStyle = color(token);
    cross(ctx, x, bbox, reach);
    for (const words of new Set([text, text[0]])) {
      const width = ctx.measureText(words).width;
      const left = Math.min(Math.max(x - width / 2, bbox.left), bbox.left + bbox.width - width);
      if (!isFree(taken, left - APART * ratio, left + width + APART * ratio)) continue;
      taken.push([left, left + width]);
      ctx.fillText(words, left, bbox.top - 3 * ratio);
      break;
    }
  }
  ctx.restore();
}

/** @param {[number, number][]} taken @param {number} from @param {number} to */
const isFree = (taken, from, to) => !taken.some(([a, b]) => from < b && to > a);

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x
 * @param {import("uplot").BBox} bbox
 * @param {number} reach
 */
function cross(ctx, x, bbox, reach) {
  const ratio = plotting().pxRatio;
  const bottom = bbox.top + bbox.height;
  ctx.lineWidth = ratio;
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  ctx.beginPath();
  ctx.moveTo(x, bottom);
  ctx.lineTo(x, bottom - reach * bbox.height);
  ctx.stroke();
}

// @ts-check
/** How numbers are written on the page: counts, shares, durations, sizes, moments. */
import { _, currentLanguage, number } from "./i18n.js";

/** What stands where no number is known. */
export const NOTHING = "–";

/** @typedef {number|null|undefined} Maybe */

/** @param {Maybe} value @returns {value is number} */
const known = (value) => typeof value === "number" && Number.isFinite(value);

/** A whole number, e.g. "647,510". @param {Maybe} value */
export const count = (value) =>
  known(value) ? number(value, { maximumFractionDigits: 0 }) : NOTHING;

/** A share as per cent with so many decimals. @param {number} value @param {number} digits */
const inPercent = (value, digits) =>
  number(value, {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });

/**
 * A share of one in per cent, e.g. 0.9952 → "99.52%"; 100.00% only when it is all.
 * @param {Maybe} value
 */
export function percent(value) {
  if (!known(value)) return NOTHING;
  return inPercent(value < 1 ? Math.min(value, 0.9999) : value, 2);
}

/** A probability, e.g. "98.3%"; a network is never certain: ">99.9%". @param {number} share */
export const sureness = (share) =>
  share >= 0.9995 ? `>${inPercent(0.999, 1)}` : inPercent(share, 1);

/** The same over a bar, without the sign; nothing for next to nothing. @param {number} share */
export function bareSureness(share) {
  if (share >= 0.995) return ">99";
  return share >= 0.005 ? number(Math.round(share * 100)) : "";
}

/** A loss to four decimals, or in powers of ten where that says nothing. @param {Maybe} value */
export function loss(value) {
  if (!known(value)) return NOTHING;
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.0001 || size >= 100000)) return value.toExponential(2);
  return number(value, { minimumFractionDigits: 4, maximumFractionDigits: 4, useGrouping: false });
}

/** A learning rate to three digits, in powers of ten where it is small. @param {Maybe} value */
export function rate(value) {
  if (!known(value)) return NOTHING;
  if (value !== 0 && value < 0.0001) return value.toExponential(1);
  return number(value, { maximumSignificantDigits: 3 });
}

/** Seconds for a clock: 75 → "1:15", 3750 → "1:02:30". @param {Maybe} seconds */
export function clock(seconds) {
  if (!known(seconds)) return NOTHING;
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Seconds to a tenth, for a column: "0.4 s", "1.0 s", "75.3 s". @param {Maybe} seconds */
export const inSeconds = (seconds) =>
  known(seconds)
    ? _("%(n)s s", {
        n: number(seconds, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
      })
    : NOTHING;

/** Seconds in words: "0.4 s", "2.0 s", "40 s", "3 min". @param {Maybe} seconds */
export function duration(seconds) {
  if (!known(seconds)) return NOTHING;
  if (seconds < 9.95) return inSeconds(seconds);
  if (seconds < 99.5) return _("%(n)s s", { n: count(seconds) });
  if (seconds < 5400) return _("%(n)s min", { n: count(seconds / 60) });
  return _("%(n)s h", { n: number(seconds / 3600, { maximumFractionDigits: 1 }) });
}

/** Estimates further apart than this are written as a range. */
const APART = 1.5;

/**
 * A waiting time no more exact than it is known; nothing once it is over, for then it was wrong.
 * @param {number} seconds at most
 * @param {number} [least] where it may well be less
 */
export function waitText(seconds, least = seconds) {
  if (seconds <= 0) return "";
  if (seconds <= 10) return _("a few seconds");
  const [low, high] = [rounded(least), rounded(seconds)];
  if (seconds <= APART * least || low === high) return _("about %(time)s", { time: inWords(high) });
  if (least <= 10) return _("up to %(time)s", { time: inWords(high) });
  if (unitOf(low) !== unitOf(high)) return `${inWords(low)}–${inWords(high)}`;
  return inUnit(`${amount(low)}–${amount(high)}`, unitOf(high));
}

/** To ten seconds, or whole minutes, upwards. @param {number} seconds */
const rounded = (seconds) =>
  seconds <= 50 ? Math.ceil(seconds / 10) * 10 : Math.ceil(seconds / 60) * 60;

/** The unit of a waiting time in seconds: 1, 60, or 3600 from an hour and a half on. @param {number} seconds */
const unitOf = (seconds) => (seconds < 60 ? 1 : seconds < 5400 ? 60 : 3600);

/** @param {number} seconds */
const amount = (seconds) =>
  number(seconds / unitOf(seconds), { maximumFractionDigits: seconds < 5400 ? 0 : 1 });

/** @param {string} n @param {number} unit */
const inUnit = (n, unit) =>
  unit === 1 ? _("%(n)s s", { n }) : unit === 60 ? _("%(n)s min", { n }) : _("%(n)s h", { n });

/** @param {number} seconds */
const inWords = (seconds) => inUnit(amount(seconds), unitOf(seconds));

/** Bytes in the unit that fits, decimal as disks are sold. @param {Maybe} value */
export function bytes(value) {
  if (!known(value)) return NOTHING;
  const units = ["kilobyte", "megabyte", "gigabyte"];
  const power = Math.min(3, Math.max(1, Math.floor(Math.log10(value || 1) / 3)));
  return number(value / 1000 ** power, {
    style: "unit",
    unit: units[power - 1],
    unitDisplay: "short",
    maximumFractionDigits: power > 1 || value < 1000 ? 1 : 0,
  });
}

/**
 * Seconds from a run's start to its end; null before it.
 * @param {{started_at: string|null, ended_at: string|null}} run
 */
export function spent({ started_at, ended_at }) {
  if (!started_at || !ended_at) return null;
  return (Date.parse(ended_at) - Date.parse(started_at)) / 1000;
}

/** A moment, short: time of day today, else the date. @param {string|null} iso @param {Date} [now] */
export function moment(iso, now = new Date()) {
  if (!iso) return NOTHING;
  const at = new Date(iso);
  const today = at.toDateString() === now.toDateString();
  /** @type {Intl.DateTimeFormatOptions} */
  const day = { month: "short", day: "numeric" };
  if (at.getFullYear() !== now.getFullYear()) day.year = "numeric";
  const time = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit" });
  return new Intl.DateTimeFormat(currentLanguage(), today ? time : { ...day, ...time }).format(at);
}

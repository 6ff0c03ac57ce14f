// @ts-check
/**
 * Between what is typed and what a configuration holds. Text that is no value stays text, so that
 * nothing typed is lost; `faultOf` then says what is wrong with it.
 */
import { _, number } from "../i18n.js";
import { plain, readings } from "../typed.js";

/** @typedef {import("../types.js").Argument} Argument */

/** Between the two sides of a size: also the Cyrillic letter that looks like an x. */
const PAIR = /^(\d+)\s*[,、×xх*\s]\s*(\d+)$/i;

/**
 * The value that a text means for this argument.
 * @param {Argument} argument
 * @param {string} text
 */
export function read(argument, text) {
  const trimmed = plain(text);
  // Without a text there is none: the server then has its own.
  if (argument.type === "text") return text === "" && argument.nullable ? undefined : text;
  if (trimmed === "" && argument.nullable) return null;
  if (argument.type === "choice") return text === "" ? null : text;
  if (argument.type === "pair") return readPair(trimmed);
  const [value, ...others] = readings(text, argument.type === "integer");
  return value === undefined || others.length ? text : value;
}

/** "3" → 3, "3 × 5" → [3, 5], "3 × 3" → 3. @param {string} text */
function readPair(text) {
  const both = PAIR.exec(text);
  if (!both) return /^\d+$/.test(text) ? Number(text) : text;
  const [a, b] = [Number(both[1]), Number(both[2])];
  return a === b ? a : [a, b];
}

/**
 * The text that shows a value.
 * @param {Argument} argument
 * @param {any} value
 * @returns {string}
 */
export function write(argument, value) {
  if (value === null || value === undefined) return "";
  if (argument.type !== "pair") return String(value);
  if (Array.isArray(value)) return value.join("×");
  return typeof value === "number" ? `${value}×${value}` : String(value);
}

/**
 * What is plainly wrong with a value, in a sentence; null when nothing is. The server has the
 * last word: this only spares a way there.
 * @param {Argument} argument
 * @param {any} value
 * @returns {string|null}
 */
export function faultOf(argument, value) {
  if (value === null || value === undefined) return nothingFault(argument);
  if (argument.type === "integer" || argument.type === "number")
    return numberFault(argument, value);
  if (argument.type === "pair") return pairFault(argument, value);
  if (argument.type === "text") return textFault(argument, value);
  return null;
}

/** @param {Argument} argument */
function nothingFault(argument) {
  return argument.nullable || !argument.required ? null : _("A value is needed here.");
}

/** @param {Argument} argument @param {any} value */
function numberFault(argument, value) {
  const whole = argument.type === "integer";
  if (typeof value === "string" && value.trim() === "") return _("A number is needed here.");
  const [one, other] = typeof value === "string" ? readings(value, whole) : [];
  if (other !== undefined)
    return _("%(text)s can mean %(one)s or %(other)s. Write the one you mean.", {
      text: value.trim(),
      one: String(one),
      other: String(other),
    });
  if (typeof value !== "number" || !Number.isFinite(value) || (whole && !Number.isInteger(value))) {
    return whole ? _("This must be a whole number.") : _("This must be a number, such as 0.01.");
  }
  return rangeFault(argument, value);
}

/** @param {Argument} argument @param {number} value */
function rangeFault({ min, max, exclusive_min, exclusive_max }, value) {
  const low = typeof min === "number" && (exclusive_min ? value <= min : value < min);
  const high = typeof max === "number" && (exclusive_max ? value >= max : value > max);
  if (!low && !high) return null;
  const format = { maximumSignificantDigits: 10 };
  const values = { min: number(min ?? 0, format), max: number(max ?? 0, format) };
  if (typeof min === "number" && typeof max === "number" && !exclusive_min && !exclusive_max)
    return _("This must be between %(min)s and %(max)s.", values);
  if (low && exclusive_min) return _("This must be more than %(min)s.", values);
  if (low) return _("This must be at least %(min)s.", values);
  if (exclusive_max) return _("This must be less than %(max)s.", values);
  return _("This must be at most %(max)s.", values);
}

/** @param {Argument} argument @param {any} value */
function pairFault(argument, value) {
  const sides = Array.isArray(value) ? value : [value];
  if (!sides.every((side) => Number.isInteger(side)))
    return _("This must be a size, such as 3 or 3×5.");
  return sides.map((side) => rangeFault(argument, side)).find((fault) => fault) ?? null;
}

/** @param {Argument} argument @param {any} value */
function textFault({ min, max }, value) {
  const length = [...String(value).trim()].length;
  if (length < (min ?? 0)) return _("A name is needed here.");
  if (typeof max === "number" && length > max)
    return _("This is too long: at most %(max)s characters.", { max });
  return null;
}

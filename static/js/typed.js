// @ts-check
/** Numbers as people type them: comma or point, full-width digits, powers of ten, spaces around. */

/** Ideographic full stop, minus sign: what ASCII they stand for. */
const STANDS_FOR = /** @type {Record<string, string>} */ ({ "。": ".", "−": "-" });

/** From a full-width character to its ASCII one. */
const FULL_WIDTH = 0xfee0;

/** Thousands by commas and a decimal point; and the other way round. */
const POINT = /^(?:[1-9]\d{0,2}(?:,\d{3})+|\d*)(?:\.\d*)?$/;
const COMMA = /^(?:[1-9]\d{0,2}(?:\.\d{3})+|\d*)(?:,\d*)?$/;

/** The same text in ASCII, as far as it has such forms, without spaces around. @param {string} text */
export const plain = (text) =>
  text
    .trim()
    .replace(/[。−]/g, (one) => STANDS_FOR[one])
    .replace(/[！-～]/g, (one) => String.fromCharCode(one.charCodeAt(0) - FULL_WIDTH));

/**
 * Every number that a text may mean: none where it is no number, two where a comma (in a whole
 * number also a point) may part thousands or decimals.
 * @param {string} text
 * @param {boolean} [whole] whether a whole number is asked for
 * @returns {number[]}
 */
export function readings(text, whole = false) {
  const [, sign, digits, power = ""] =
    /^([+-]?)([\d.,]*\d[\d.,]*)(e[+-]?\d+)?$/i.exec(plain(text)) ?? [];
  if (digits === undefined) return [];
  const byPoint = POINT.test(digits) ? [digits.replaceAll(",", "")] : [];
  const byComma = COMMA.test(digits) ? [digits.replaceAll(".", "").replace(",", ".")] : [];
  // A point alone is the decimal point that this page writes itself.
  const isOurs = byPoint.length > 0 && !whole && !digits.includes(",");
  const found = [...byPoint, ...(isOurs ? [] : byComma)]
    .map((one) => ({ one, value: Number(`${sign}${one}${power}`) }))
    .filter(({ one, value }) => Number.isFinite(value) && (value !== 0 || !/[1-9]/.test(one)));
  return [...new Set(found.map(({ value }) => value))];
}

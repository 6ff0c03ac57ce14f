// @ts-check
/** The reader's language: translated sentences and numbers as that language writes them. */

/** @typedef {Record<string, string|number>} Values */
/** @typedef {Record<string, string|string[]>} Messages msgid → its translation, or plural forms */

/** Translations by msgid; the page's data block fills them, and tests may. @type {Messages} */
let messages = {};

/** The language of numbers and plurals, a BCP 47 tag. */
let language = "en";

/**
 * @param {string} tag
 * @param {Messages} translations
 */
export function setLanguage(tag, translations) {
  language = validTag(tag);
  messages = translations;
  formats.clear();
}

/** The tag, or English where it is none: formats throw at it. @param {string} tag */
function validTag(tag) {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? "en";
  } catch {
    return "en";
  }
}

/** @returns {string} */
export const currentLanguage = () => language;

/**
 * Put values where `%(name)s` stands; numbers as the language writes them.
 * @param {string} text
 * @param {Values} [values]
 */
export function fill(text, values = {}) {
  return text.replace(/%\((\w+)\)[sd]/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? number(value) : value;
  });
}

/**
 * A sentence in the reader's language; itself where none is known.
 * @param {string} msgid
 * @param {Values} [values]
 */
export function _(msgid, values) {
  const found = messages[msgid];
  return fill(typeof found === "string" && found ? found : msgid, values);
}

/**
 * As `_`, by count: `ngettext("%(n)s layer", "%(n)s layers", n)`.
 * @param {string} singular
 * @param {string} plural
 * @param {number} n
 * @param {Values} [values]
 */
export function ngettext(singular, plural, n, values = {}) {
  const forms = messages[singular];
  const own = Array.isArray(forms) ? forms : forms ? [forms] : [singular, plural];
  const one = own.length > 1 && new Intl.PluralRules(language).select(n) === "one";
  return fill(own[one ? 0 : own.length - 1] ?? plural, { n, ...values });
}

/** Number formats already made: making one costs more than using it. @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * A number as the reader's language writes it.
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
export function number(value, options = {}) {
  const key = JSON.stringify(options);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.NumberFormat(language, options)));
  return format.format(value);
}

/** Read the language and the data block of the page, where there is a page. */
function readPage() {
  if (typeof document === "undefined") return;
  const block = document.getElementById("translations");
  setLanguage(document.documentElement.lang || "en", JSON.parse(block?.textContent || "{}"));
}

readPage();

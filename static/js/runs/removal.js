// @ts-check
/** Deleting several runs: the server is asked for some at a time, and says which stay, and why. No DOM. */
import { ApiError, reasonOf } from "../api.js";
import { _, ngettext } from "../i18n.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../types.js").Deleted} Deleted */
/** @typedef {{deleted: string[], kept: {id: string, message: string}[]}} Outcome */

/** So many in one question: each is answered within a second, and the page says how far it is. */
export const AT_ONCE = 50;

/** What is gone already is what was wanted. */
const GONE = "run_not_found";

/**
 * @param {string[]} ids
 * @param {(body: {runs: string[]}) => Promise<Deleted>} ask
 * @param {(ids: string[], done: number) => void} onDeleted after each answer
 * @returns {Promise<Outcome>}
 */
export async function removeAll(ids, ask, onDeleted) {
  /** @type {Outcome} */
  const outcome = { deleted: [], kept: [] };
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    try {
      const { deleted, kept } = await ask({ runs: some });
      const gone = [...deleted, ...kept.filter(({ code }) => code === GONE).map(({ id }) => id)];
      outcome.deleted.push(...gone);
      outcome.kept.push(...kept.filter(({ code }) => code !== GONE));
      onDeleted(gone, start + some.length);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const message = reasonOf(error);
      outcome.kept.push(...ids.slice(start).map((id) => ({ id, message })));
      return outcome;
    }
  }
  return outcome;
}

/** Names that are said of each reason; more are counted. */
const NAMED = 5;

/**
 * The answer in words: how many are deleted, and for each reason which are not.
 * @param {Outcome} outcome
 * @param {(id: string) => string} nameOf
 */
export function outcomeWords({ deleted, kept }, nameOf) {
  const reasons = [...new Set(kept.map(({ message }) => message))];
  const words = reasons.map((reason) => {
    const some = kept.filter(({ message }) => message === reason);
    const names = namesWords(some.map(({ id }) => nameOf(id)));
    return _("Not deleted: %(names)s. %(reason)s", { names, reason });
  });
  const { length } = deleted;
  const first = ngettext("%(n)s run deleted.", "%(n)s runs deleted.", length);
  return [...(length ? [first] : []), ...words].join(" ");
}

/** @param {string[]} names */
function namesWords(names) {
  const some = names.slice(0, NAMED).map((name) => _("“%(name)s”", { name }));
  const more = names.length - some.length;
  const rest = more ? [ngettext("%(n)s more", "%(n)s more", more)] : [];
  return [...some, ...rest].join(_(", "));
}

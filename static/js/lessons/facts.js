// @ts-check
/** What an experiment changes against its partner. No DOM. */

/** @typedef {import("./state.js").Fact} Fact */
/** @typedef {{label: string, value: string, before: string}} Change */

/**
 * The facts that differ, each with what the partner has; without a partner: those worth naming.
 * @param {Fact[]} own
 * @param {Fact[]|null} partner
 * @returns {{changed: Change[], same: Fact[]}}
 */
export function compared(own, partner) {
  const before = new Map((partner ?? []).map(({ name, value }) => [name, value]));
  const differs = (/** @type {Fact} */ { name, value, usual }) =>
    partner ? before.get(name) !== value : !usual;
  return {
    changed: own
      .filter(differs)
      .map(({ name, label, value }) => ({ label, value, before: before.get(name) ?? "" })),
    same: own.filter((fact) => !differs(fact)),
  };
}

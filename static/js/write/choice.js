// @ts-check
/** Which run answers: the one looked at, unless the reader chose another. Knows no page. */

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../insight/moment.js").Epoch} Epoch */

/**
 * @typedef {object} Choice
 * @property {string | null} followed the run the Studio looks at
 * @property {string | null} chosen by hand; null: the followed one, else the newest with a model
 * @property {Epoch} epoch which weights of the followed run
 * @property {Map<string, Run>} runs those heard of, by id
 */

/** Older runs than this stay out of the list. */
const MOST = 30;

/** @returns {Choice} */
export function createChoice() {
  return { followed: null, chosen: null, epoch: "newest", runs: new Map() };
}

/**
 * Whether the server has weights for it and answers.
 * @param {Run | undefined} run
 */
export function canAnswer(run) {
  if (!run) return false;
  if (run.status === "failed") return run.epoch > 0;
  return run.status !== "queued" && (run.status !== "starting" || run.epoch > 0);
}

/**
 * The id of the run to ask, or null when there is none.
 * @param {Choice} choice
 */
export function target(choice) {
  return choice.chosen ?? choice.followed ?? others(choice)[0]?.id ?? null;
}

/**
 * Which weights of the run to ask; those chosen in the Studio are of the run that it looks at.
 * @param {Choice} choice
 * @returns {Epoch}
 */
export const epochOf = (choice) => (target(choice) === choice.followed ? choice.epoch : "newest");

/**
 * Runs to choose from besides the followed one: those that can answer, the chosen one in any
 * case, newest first.
 * @param {Choice} choice
 * @returns {Run[]}
 */
export function others(choice) {
  return [...choice.runs.values()]
    .filter((run) => run.id !== choice.followed && (canAnswer(run) || run.id === choice.chosen))
    .sort((a, b) => b.created_at.localeCompare(a.created_at))
    .slice(0, MOST);
}

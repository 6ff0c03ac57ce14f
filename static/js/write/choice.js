// @ts-check
/** Which run answers: the one looked at, unless the reader chose another. Knows no page. */

import { ownFirst } from "../owners.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("../moment.js").Epoch} Epoch */

/**
 * @typedef {object} Choice
 * @property {string | null} followed the run the Studio looks at
 * @property {string | null} chosen by hand; null: the followed one, else the newest with a model
 * @property {Epoch} epoch which weights of the followed run
 * @property {import("../runstore.js").RunStore} runs those received
 */

/** Older runs than this stay out of the list. */
const MOST = 30;

/** @param {import("../runstore.js").RunStore} runs @returns {Choice} */
export function createChoice(runs) {
  return { followed: null, chosen: null, epoch: "newest", runs };
}

/**
 * A run is deleted. Whether it was the one that answered.
 * @param {Choice} choice
 * @param {string} id
 */
export function letGo(choice, id) {
  const wasAsked = (choice.chosen ?? choice.followed) === id;
  if (choice.chosen === id) choice.chosen = null;
  if (choice.followed === id) Object.assign(choice, { followed: null, epoch: "newest" });
  return wasAsked;
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
  return ownFirst(choice.runs.all())
    .filter((run) => run.id !== choice.followed && (canAnswer(run) || run.id === choice.chosen))
    .slice(0, MOST);
}

// @ts-check
/** Which runs a lesson still needs, and how they are trained. No DOM here. */

import { _ } from "../i18n.js";
import { finished, isUnderWay, shown } from "./state.js";

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./state.js").State} State */

/** Experiments of a lesson that have no run. */
export const missing = (/** @type {State} */ { runs }, /** @type {string[]} */ names) =>
  names.filter((name) => !(runs[name] ?? []).some((run) => isUnderWay(run) || finished([run])));

/** Whether there is nothing to start: all is there, and some of it still trains. */
export const mustWait = (/** @type {State} */ state, /** @type {string[]} */ names) =>
  !missing(state, names).length && names.some((name) => (state.runs[name] ?? []).some(isUnderWay));

/** Every experiment, in the order in which to run them: what takes longest last. */
export function everything(/** @type {State} */ { answer, size }) {
  const steps = (/** @type {string} */ name) => {
    const { fit, dataset } = answer.experiments[name].sizes[size].config;
    return (fit.epochs * (dataset.train_samples ?? 1)) / fit.batch_size;
  };
  const names = Object.keys(answer.experiments);
  const most = Math.max(...names.map(steps));
  return [...names.filter((name) => steps(name) < most), ...names.filter((n) => steps(n) === most)];
}

/** A seed that none of these runs had: the first is 1. @param {Run[]} [runs] */
export const nextSeed = (runs = []) =>
  Math.max(0, ...runs.map(({ config }) => config.seed ?? 0)) + 1;

/**
 * The seed for those about to be trained: that of the run they are compared with, so that both
 * begin alike, else one that is new to all of them.
 * @param {State} state
 * @param {string[]} names
 * @param {string[]} known the lesson's others, which are not trained again
 */
export function seedFor({ runs }, names, known = []) {
  const [other] = known.flatMap((name) => shown(runs[name])?.config.seed ?? []);
  const taken = names.some((name) => runs[name]?.some(({ config }) => config.seed === other));
  if (other !== undefined && !taken) return other;
  return Math.max(...names.map((name) => nextSeed(runs[name])));
}

/**
 * The configuration to train; the name of a further run says its seed.
 * @param {State} state
 * @param {string} name
 * @param {number} seed
 * @returns {import("../types.js").LessonConfig}
 */
export function configFor({ answer, size }, name, seed) {
  const { config } = answer.experiments[name].sizes[size];
  const words = _("seed %(seed)s", { seed: String(seed) });
  return { ...config, name: seed === 1 ? config.name : `${config.name} · ${words}`, seed };
}

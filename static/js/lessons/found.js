// @ts-check
/** Which of the runs that the page knows are the lessons'. No DOM here. */

/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./state.js").State} State */

/**
 * The runs of each experiment, as the page's store has them now.
 * @param {State["found"]} found
 * @param {{get(id: string): Run | undefined}} known
 * @returns {State["runs"]}
 */
export const runsOf = (found, known) =>
  Object.fromEntries(
    Object.entries(found).map(([name, ids]) => [name, ids.flatMap((id) => known.get(id) ?? [])]),
  );

/** Whether a run is one of the lessons'. */
export const isOurs = (/** @type {State} */ { found }, /** @type {string} */ id) =>
  Object.values(found).some((ids) => ids.includes(id));

/** Whether a run that is not known may belong to a lesson: by its images and its weights. */
export function mayBeOurs(/** @type {State} */ { answer, size }, /** @type {Run} */ run) {
  const dataset = answer.sizes.find(({ name }) => name === size)?.dataset;
  return (
    run.config.dataset.name === dataset &&
    Object.values(answer.experiments).some(({ params }) => params === run.params)
  );
}

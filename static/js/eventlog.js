// @ts-check
/**
 * The order of a run's events, without a network: drops duplicates, holds events that came too
 * early, and reports when one is missing. `seq` counts 1, 2, 3 … per run without a gap.
 */

/** @typedef {import("./types.js").Event} Event */

/**
 * @typedef {object} EventLog
 * @property {number} last the highest seq delivered; all below it were delivered too
 * @property {number} known the highest seq known to exist, delivered or not
 * @property {Map<number, Event>} held events that came before one of their predecessors
 */

/**
 * A log that has everything up to `after`.
 * @param {number} [after]
 * @returns {EventLog}
 */
export function createLog(after = 0) {
  return { last: after, known: after, held: new Map() };
}

/**
 * Take events in any order, known ones too; returns those that can be delivered now, in order.
 * @param {EventLog} log
 * @param {Event[]} events
 * @returns {Event[]}
 */
export function take(log, events) {
  for (const event of events) {
    noteSeq(log, event.seq);
    if (event.seq > log.last) log.held.set(event.seq, event);
  }
  return release(log);
}

/**
 * Note that events up to `seq` exist.
 * @param {EventLog} log
 * @param {number} seq
 */
export function noteSeq(log, seq) {
  log.known = Math.max(log.known, seq);
}

/**
 * Whether events are missing: the answer to "fetch after `log.last`?".
 * @param {EventLog} log
 */
export function isBehind(log) {
  return log.known > log.last;
}

/**
 * @param {EventLog} log
 * @returns {Event[]}
 */
function release(log) {
  const ready = [];
  for (;;) {
    const next = log.held.get(log.last + 1);
    if (!next) return ready;
    log.held.delete(next.seq);
    log.last = next.seq;
    ready.push(next);
  }
}

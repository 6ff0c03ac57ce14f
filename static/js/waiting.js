// @ts-check
/** A run's place in the queue and how long it waits, as one sentence, no more exact than it is known. */
import { _ } from "./i18n.js";
import { waitText } from "./numbers.js";

/** @typedef {import("./types.js").Run} Run */
/** @typedef {Pick<Run, "queue_position" | "attempt" | "wait_seconds" | "wait_least_seconds">} Queued */

/** Where it stands. @param {Pick<Run, "queue_position" | "attempt">} run */
export function placeWords({ queue_position: n, attempt }) {
  if (!n) return attempt ? _("waiting to resume") : _("queued");
  return attempt
    ? _("waiting to resume, place %(n)s in the queue", { n })
    : _("place %(n)s in the queue", { n });
}

/**
 * When it starts; "" where nobody knows, or where it should have begun already.
 * @param {Queued} run
 * @param {number} [age] seconds since the run was received
 */
export function startWords({ wait_seconds: most, wait_least_seconds: least }, age = 0) {
  const time = typeof most === "number" ? waitText(most - age, (least ?? most) - age) : "";
  return time && _("starts in %(time)s", { time });
}

/** @param {Queued} run @param {number} [age] seconds since the run was received */
export function queueWords(run, age = 0) {
  const [place, start] = [placeWords(run), startWords(run, age)];
  return start ? _("%(place)s, %(start)s", { place, start }) : place;
}

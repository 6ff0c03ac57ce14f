// @ts-check
/** What the list says of a run. */
import { orDiverged } from "../diverged.js";
import { _, number } from "../i18n.js";
import { clock, duration, NOTHING, spent, waitText } from "../numbers.js";
import { brief } from "./differences.js";

/** @typedef {import("../types.js").Run} Run */

/** @param {Run} run */
export const statusWords = (run) => orDiverged(run, wordsOf(run));

/** @param {Run} run */
function wordsOf({ status, source, epoch, epochs, queue_position, attempt }) {
  switch (status) {
    case "queued":
      if (attempt) return _("waiting to go on");
      return queue_position ? _("queued, place %(n)s", { n: queue_position }) : _("queued");
    case "starting":
      return attempt > 1 ? _("starting again") : _("starting");
    case "running":
      return _("learning %(n)s/%(m)s", { n: epoch, m: epochs });
    case "paused":
      return _("paused");
    case "finished":
      return source === "imported" ? _("imported") : _("finished");
    case "stopped":
      return _("stopped");
    default:
      return _("failed");
  }
}

/** How long it took, how long it still takes, or until it starts. @param {Run} run */
export function timeWords(run) {
  const took = spent(run);
  if (took !== null) return duration(took);
  if (run.status === "running" && run.eta_seconds !== null)
    return _("%(time)s left", { time: clock(run.eta_seconds) });
  if (run.status === "queued" && typeof run.wait_seconds === "number")
    return waitText(run.wait_seconds) || NOTHING;
  return NOTHING;
}

/** Epochs done, of those wanted where these differ. @param {Run} run */
export function epochWords({ source, epoch, epochs }) {
  if (source === "imported" && !epoch) return NOTHING;
  return epoch === epochs ? number(epoch) : `${number(epoch)} / ${number(epochs)}`;
}

/** @param {import("../draft.js").Layer} layer "500 relu": what is not named is Dense */
const short = (layer) => brief(layer).replace(/^Dense /, "");

/** The network and how it learns, in a line. @param {Run} run */
export function summaryOf({ config }) {
  const all = config.layers.filter(({ type }) => type !== "Flatten").map(short);
  const net = all.length > 4 ? [...all.slice(0, 2), "…", ...all.slice(-1)] : all;
  return `${net.join(" → ")} · ${config.compile.optimizer.name} · ${config.dataset.name}`;
}

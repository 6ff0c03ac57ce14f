// @ts-check
/** The header's pill: how many of the server's workers are training. */
import { _, ngettext } from "./i18n.js";

/** @typedef {import("./types.js").Run} Run */

/** Statuses in which a run holds a worker. */
const BUSY = new Set(["starting", "running"]);

/**
 * @param {number} busy
 * @param {number} total 0: not known
 */
export function workersText(busy, total) {
  if (!total) return ngettext("%(n)s run training", "%(n)s runs training", busy);
  return ngettext("%(busy)s of %(n)s worker busy", "%(busy)s of %(n)s workers busy", total, {
    busy,
  });
}

/**
 * @param {{watchRuns(onRun: (run: Run) => void): Promise<Run[]>|void}} socket
 */
export function mountWorkers(socket) {
  const pill = document.getElementById("workers");
  if (!pill) return;
  /** @type {Set<string>} */
  const busy = new Set();
  const total = Number(pill.dataset.total || 0);
  const note = (/** @type {Run} */ run) => {
    if (BUSY.has(run.status)) busy.add(run.id);
    else busy.delete(run.id);
    show();
  };
  const show = () => {
    pill.hidden = false;
    pill.textContent = workersText(busy.size, total);
    pill.dataset.status = busy.size ? "running" : "";
    pill.title = _("How many of the server's workers are training now");
  };
  if (total) show();
  socket.watchRuns(note);
}

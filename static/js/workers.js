// @ts-check
/** The header's pill: how many of the server's workers are training. */
import { _, ngettext } from "./i18n.js";
import { byId } from "./parts.js";
import { isBusy } from "./statuses.js";

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

/** @param {import("./runstore.js").RunStore} runs */
export function mountWorkers(runs) {
  const pill = byId("workers");
  const total = Number(pill.dataset.total || 0);
  const show = () => {
    const busy = runs.all().filter(isBusy).length;
    pill.hidden = false;
    pill.textContent = workersText(busy, total);
    pill.dataset.status = busy ? "running" : "";
    pill.title = _("How many of the server's workers are training now");
  };
  if (total) show();
  return { dispose: runs.subscribe({ onRun: show, onDeleted: show, onSynced: show }) };
}

// @ts-check
/**
 * Which runs are compared: those that the address names. What the page does not know of them is
 * fetched; what is not there is left out. No DOM.
 */
import { untilAnswered } from "../again.js";
import { _, ngettext } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { MOST_COMPARED, canCompare } from "./state.js";

/** @typedef {import("../address.js").Address<typeof import("../addresses.js").RUNS>} Address */

/**
 * @param {Address} address
 * @param {import("./state.js").State} state
 * @param {object} page
 * @param {import("../runstore.js").RunStore} page.runs
 * @param {(path: string) => Promise<import("../types.js").Run>} page.get
 * @param {() => void} page.render
 */
export function createComparing(address, state, { runs, get, render }) {
  const lifetime = createLifetime();
  const { signal } = lifetime;

  /** @param {string[]} named */
  function take(named) {
    const ids = [...new Set(named)].slice(0, MOST_COMPARED);
    state.comparing = ids.length > 1;
    if (ids.length) state.selected = new Set(ids);
    if (named.length > MOST_COMPARED) state.remark = mostWords();
    if (ids.length !== named.length || ids.length === 1) correct(ids);
    for (const id of ids) void fetchRun(id);
    render();
  }

  /** @param {string} id */
  async function fetchRun(id) {
    if (runs.get(id)) return;
    const isWanted = () => state.selected.has(id) && !runs.get(id);
    try {
      const question = () => get(`/api/runs/${encodeURIComponent(id)}`);
      runs.learn(await untilAnswered(question, { isWanted, signal }));
    } catch {
      if (!signal.aborted && isWanted()) leaveOut(id);
    }
  }

  /** @param {string} id of a run that is not there */
  function leaveOut(id) {
    state.remark = missingWords();
    drop(id);
    render();
  }

  /** @param {string[]} ids */
  const correct = (ids) => address.correct({ compare: canCompare(ids.length) ? ids : [] });

  /** It can be neither chosen nor compared any more. @param {string} id */
  function drop(id) {
    state.selected.delete(id);
    if (state.comparing) correct([...state.selected]);
  }

  const selectedOnes = () => (canCompare(state.selected.size) ? [...state.selected] : []);
  lifetime.atEnd(
    address.subscribe(({ compare }, before, how) => {
      if (how !== "corrected") state.remark = "";
      if (compare.join() !== before.compare.join()) take(compare);
    }),
  );
  take(address.get().compare);

  return {
    /** Compare the runs that are selected. */
    open: () => address.choose({ compare: selectedOnes() }),

    close: () => address.choose({ compare: [] }),

    /** Others are selected now: those are compared, where some are. */
    follow() {
      if (state.comparing) address.choose({ compare: selectedOnes() });
    },

    drop,
    dispose: lifetime.dispose,
  };
}

const mostWords = () =>
  ngettext(
    "At most %(n)s run can be compared.",
    "At most %(n)s runs can be compared.",
    MOST_COMPARED,
  );

const missingWords = () => _("One of the runs to compare does not exist.");

// @ts-check
/** What the coach says of a run: what is wrong, why, and a button that trains it mended. */

import { untilAnswered } from "../again.js";
import { get, post } from "../api.js";
import { sentenceOf } from "../control.js";
import { isOver } from "../statuses.js";
import { termLink } from "../termlink.js";
import { el } from "../dom.js";
import { _, ngettext } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { part, setText } from "../parts.js";

/** @typedef {import("../types.js").Finding} Finding */
/** @typedef {import("../types.js").Run} Run */
/** @typedef {import("./watch.js").Watching} Watching */

/** Milliseconds between two questions while a run trains. */
const WHILE_IT_TRAINS = 5000;
/** Milliseconds until it is asked again what was not complete. */
const AGAIN = 2000;

/**
 * Asks the coach when there is something new to judge.
 * @param {(runId: string) => Promise<{findings: Finding[], complete: boolean}>} ask
 * @param {() => void} render called when an answer has arrived
 */
export function createAsking(ask, render) {
  let key = "";
  let restsUntil = 0;
  const lifetime = createLifetime();
  lifetime.atEnd(() => (key = ""));
  const state = { runId: "", findings: /** @type {Finding[]} */ ([]), complete: true };

  /** @param {string} runId @param {string} wanted */
  async function question(runId, wanted) {
    const isWanted = () => key === wanted;
    try {
      const { signal } = lifetime;
      const answer = await untilAnswered(() => ask(runId), { isWanted, onFault: rest, signal });
      if (!isWanted()) return;
      Object.assign(state, { runId, ...answer });
      if (!answer.complete) {
        lifetime.later(() => void (isWanted() && question(runId, wanted)), AGAIN);
      }
    } catch {
      if (isWanted()) rest(); // Advice that cannot be had is not missed.
      return;
    }
    render();
  }

  /** Nothing is being looked at while no answer comes. */
  function rest() {
    if (state.complete) return;
    state.complete = true;
    render();
  }

  return {
    /** Ask no more about a run that was deleted. @param {string} runId */
    letGo(runId) {
      if (!key.startsWith(`${runId},`)) return;
      key = "";
      Object.assign(state, { runId: "", findings: [], complete: true });
    },
    /**
     * What is known; asks for it if need be.
     * @param {Run} run
     * @param {import("./history.js").History} history
     * @param {number} [now] milliseconds
     */
    want(run, history, now = Date.now()) {
      if (state.runId !== run.id) Object.assign(state, { findings: [], complete: true });
      const done = history.epochs.length;
      const over = isOver(run);
      if (!done && history.divergedAt === null) return state;
      const wanted = [run.id, run.attempt, done, over && run.status, history.divergedAt].join();
      const isOther = !key.startsWith(`${run.id},`);
      if (key === wanted || (!over && !isOther && now < restsUntil)) return state;
      key = wanted;
      restsUntil = now + WHILE_IT_TRAINS;
      void question(run.id, wanted);
      return state;
    },
    dispose: lifetime.dispose,
  };
}

/**
 * @param {HTMLElement} root
 * @param {() => void} render
 * @param {{onUse(config: import("../types.js").RunConfig, runId: string): void, onStarted(run: Run): void,
 *   runs: import("../runstore.js").RunStore}} options
 */
export function createCoach(root, render, { onUse, onStarted, runs }) {
  const address = (/** @type {string} */ id) => `/api/runs/${encodeURIComponent(id)}/coach`;
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const asking = lifetime.own(createAsking((id) => get(address(id)), render));
  lifetime.atEnd(runs.subscribe({ onDeleted: (_run, id) => asking.letGo(id) }));
  const card = part(root, "coach");
  const tries = part(root, "coach-try", HTMLButtonElement);
  const shows = part(root, "coach-show");
  let shown = /** @type {Finding | null} */ (null);
  let drawn = "";
  let runId = "";
  /** For which run, and at which stage, the reasons were unfolded or folded: then the reader rules. */
  let opened = "";

  tries.addEventListener("click", () => void tryIt(), { signal });
  shows.addEventListener("click", showIt, { signal });

  function showIt() {
    if (shown?.change) onUse(shown.change.config, runId);
  }

  async function tryIt() {
    if (!shown?.change || tries.disabled) return;
    tries.disabled = true;
    setText(part(root, "coach-fault"), "");
    try {
      const { name: _made, ...config } = shown.change.config; // Made anew, so that no two are alike.
      onStarted(await post(`/api/runs?from=${encodeURIComponent(runId)}`, config));
    } catch (problem) {
      setText(part(root, "coach-fault"), sentenceOf(problem));
    } finally {
      tries.disabled = false;
    }
  }

  return {
    /** @param {Watching} now */
    draw({ run, history }) {
      if (!run) return;
      const { findings, complete } = asking.want(run, history);
      const over = isOver(run);
      const key = JSON.stringify([run.id, over, complete, findings]);
      if (key === drawn) return;
      drawn = key;
      runId = run.id;
      shown = findings[0] ?? null;
      card.hidden = !shown;
      // Curves that move should not be pushed about by more than a sentence.
      if (opened !== `${run.id} ${over}`) part(root, "coach-body", HTMLDetailsElement).open = over;
      opened = `${run.id} ${over}`;
      if (shown) fill(root, shown, findings.slice(1));
      part(root, "coach-looking").hidden = complete;
    },
    dispose: lifetime.dispose,
  };
}

/** @param {HTMLElement} root @param {Finding} first @param {Finding[]} others */
function fill(root, first, others) {
  setText(part(root, "coach-sentence"), first.sentence);
  part(root, "coach-why").replaceChildren(`${first.why} `, termLink(first.term));
  setText(part(root, "coach-advice"), first.advice);
  setText(part(root, "coach-fault"), "");
  part(root, "coach-acts").hidden = !first.change;
  if (first.change) {
    setText(part(root, "coach-try"), _("Train it with %(change)s", { change: first.change.label }));
  }
  const { length } = others;
  part(root, "coach-also").hidden = !length;
  setText(
    part(root, "coach-more"),
    ngettext("Also noticed: one more thing", "Also noticed: %(n)s more things", length),
  );
  part(root, "coach-others").replaceChildren(
    ...others.map(({ sentence, advice }) => el("li", {}, el("b", {}, sentence), ` ${advice}`)),
  );
}

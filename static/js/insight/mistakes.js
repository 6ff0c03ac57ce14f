// @ts-check
/** The Mistakes tab: every test image that the network got wrong, the most confident first. */

import { el } from "../dom.js";
import { _, ngettext } from "../i18n.js";
import { createLifetime } from "../lifetime.js";
import { count, percent } from "../numbers.js";
import { part, setText } from "../parts.js";
import { createAsked } from "./asked.js";
import { createGallery } from "./gallery.js";
import { createGate } from "./gate.js";
import { afterEpoch, chosenEpoch, momentOf, testedEpoch } from "../moment.js";
import { itemsOf, mistakes, mistakesBy } from "./tested.js";

/** @typedef {import("./tested.js").Tested} Tested */
/** @typedef {import("./tested.js").Wanted} Wanted */

/** @type {import("../watch/run.js").TabModule["create"]} */
export function create(panel, render, pad, steer) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const asked = lifetime.own(createAsked(render));
  const gate = createGate(part(panel, "mistakes-waiting"), render, asked.again);
  const gallery = lifetime.own(createGallery(pad));
  part(panel, "mistakes-gallery").append(gallery.element);
  const choices = /** @type {const} */ (["truth", "answer"]).map((side) => {
    const select = part(panel, `mistakes-${side}`, HTMLSelectElement);
    const choose = () =>
      steer.choose({ [side]: select.value === "" ? null : Number(select.value) });
    select.addEventListener("change", choose, { signal });
    return /** @type {const} */ ([side, /** @type {HTMLSelectElement} */ (select)]);
  });
  let drawn = "";
  let listed = /** @type {Tested | null} */ (null);

  /** @param {import("../types.js").Run} run @param {Tested} tested @param {Wanted} wanted */
  function fill(run, tested, wanted) {
    const key = `${wanted.truth} ${wanted.answer} ${tested.epoch}`;
    if (listed === tested && drawn === `${run.id} ${key}`) return;
    listed = tested;
    drawn = `${run.id} ${key}`;
    setText(part(panel, "mistakes-verdict"), afterEpoch(run, tested.epoch, verdict(tested)));
    const counts = mistakesBy(tested, wanted);
    for (const [side, select] of choices) fillChoice(select, counts[side], wanted[side]);
    const items = itemsOf(tested, mistakes(wanted));
    part(panel, "mistakes-choices").hidden = !hasMistakes(tested);
    part(panel, "mistakes-gallery").hidden = !items.length;
    part(panel, "mistakes-none").hidden = Boolean(items.length) || !hasMistakes(tested);
    gallery.show(run, items, `${key} ${momentOf(run, tested.epoch)}`);
  }

  return {
    draw(state) {
      const { run } = state;
      if (!run) return;
      const epoch = testedEpoch(state);
      const seen =
        epoch === null ? null : asked.want(run, "tested", chosenEpoch(epoch), momentOf(run, epoch));
      const answer = seen?.fresh ? seen.answer : null;
      gate.draw(state, Boolean(answer), seen?.problem ?? "");
      part(panel, "mistakes").hidden = !answer;
      if (answer) fill(run, answer, { truth: state.truth, answer: state.answer });
    },
    dispose: lifetime.dispose,
  };
}

/** @param {Tested} tested */
const hasMistakes = ({ truth, answer }) => truth.some((digit, n) => digit !== answer[n]);

/** @param {Tested} tested */
function verdict({ truth, answer }) {
  const all = truth.length;
  const wrong = truth.filter((digit, n) => digit !== answer[n]).length;
  if (!wrong) return _("No mistakes: all %(n)s test digits are correct.", { n: count(all) });
  return ngettext(
    "%(wrong)s of %(all)s test digits wrong (%(share)s).",
    "%(wrong)s of %(all)s test digits wrong (%(share)s), the most confident first.",
    wrong,
    { wrong: count(wrong), all: count(all), share: percent(wrong / all) },
  );
}

/**
 * @param {HTMLSelectElement} select
 * @param {number[]} counts
 * @param {number | null} chosen
 */
function fillChoice(select, counts, chosen) {
  const all = counts.reduce((sum, n) => sum + n, 0);
  const options = counts.map((n, digit) => {
    const attributes = { value: String(digit), disabled: !n && digit !== chosen };
    return el("option", attributes, `${digit} (${count(n)})`);
  });
  select.replaceChildren(
    el("option", { value: "" }, _("any (%(n)s)", { n: count(all) })),
    ...options,
  );
  select.value = chosen === null ? "" : String(chosen);
}

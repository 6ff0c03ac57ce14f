// @ts-check
/** What it looks for: the weights of a unit, laid out as the image that they weigh. */

import { onThemeChange } from "../../colors.js";
import { createTwin, tableOf } from "../../data/twin.js";
import { el } from "../../dom.js";
import { _ } from "../../i18n.js";
import { createLifetime } from "../../lifetime.js";
import { part, setText } from "../../parts.js";
import { createAsked } from "../asked.js";
import { chosenEpoch, momentOf } from "../../moment.js";
import { clockOf, createPace } from "./pace.js";
import { themePalette } from "./palette.js";
import { colored, laidOut, mosaicOf, signedBytesOf } from "./signed.js";
import { createTiles } from "./tiles.js";
import { layerName, short } from "./words.js";

/** @typedef {import("../../types.js").Run} Run */
/** @typedef {import("../../types.js").WeightPictures} WeightPictures */

/** Pictures on a page. */
export const PAGE = 100;

/** So few, such as those of the answer, are named and always in the order of their numbers. */
const FEW = 10;

/**
 * @param {HTMLElement} panel
 * @param {() => void} render
 * @param {import("../../watch/run.js").Steer} steer
 */
export function createKernels(panel, render, steer) {
  const lifetime = createLifetime();
  const { signal } = lifetime;
  const asked = lifetime.own(createAsked(render));
  const pace = createPace(render, clockOf(lifetime));
  const label = _("The weights of each neuron as an image; use the arrow keys to read them");
  const tiles = lifetime.own(createTiles(label));
  const choice = part(panel, "kernel-layer", HTMLSelectElement);
  const order = part(panel, "kernel-order", HTMLSelectElement);
  let pictures = /** @type {WeightPictures | null} */ (null);
  let wanted = { layer: 0, order: "norm", offset: 0, limit: PAGE };
  let runId = "";
  let settled = true;
  const twin = createTwin(() => tableOfUnits(pictures));
  const turn = (/** @type {number} */ by) => () => {
    const next = wanted.offset + by * PAGE;
    if (next >= 0 && next < unitsOf(pictures)) choose({ offset: next });
  };
  const [earlier, later] = [part(panel, "kernel-earlier"), part(panel, "kernel-later")];
  earlier.addEventListener("click", turn(-1), { signal });
  later.addEventListener("click", turn(1), { signal });
  part(panel, "kernel-pictures").replaceChildren(tiles.frame, tiles.line);
  part(panel, "kernel-twin").replaceChildren(twin.element);
  const chooseLayer = () => steer.choose({ layer: Number(choice.value) });
  const chooseOrder = () => choose({ order: order.value, offset: 0 });
  choice.addEventListener("change", chooseLayer, { signal });
  order.addEventListener("change", chooseOrder, { signal });
  onThemeChange(() => pictures && show(pictures), signal);

  /** @param {Partial<typeof wanted>} change */
  function choose(change) {
    wanted = { ...wanted, ...change };
    render();
  }

  /** @param {WeightPictures} answered */
  function show(answered) {
    const few = unitsOf(answered) <= FEW;
    const now = few ? { ...answered, units: byNumber(answered.units) } : answered;
    pictures = answered;
    order.hidden = few;
    const { width, height, channels } = now;
    const mosaic = mosaicOf(channels, width, height);
    const palette = themePalette();
    tiles.show({
      count: now.units.length,
      width: mosaic.width,
      height: mosaic.height,
      rgba(place) {
        const { values, scale } = now.units[place];
        return laidOut(colored(signedBytesOf(values), scale / now.limit, palette), mosaic);
      },
      say: (place) => sentenceOf(now.units[place]),
      label: few ? (place) => String(now.units[place].unit) : undefined,
      rest: _("Point at an image: the weights of that neuron."),
    });
    setText(part(panel, "kernel-low"), short(-now.limit));
    setText(part(panel, "kernel-high"), `+${short(now.limit)}`);
    setText(part(panel, "kernel-note"), noteOf(now));
    fillChoice(choice, now);
    drawPager(now);
    twin.fill();
  }

  /** @param {WeightPictures} now */
  function drawPager(now) {
    const all = unitsOf(now);
    part(panel, "kernel-pager").hidden = all <= PAGE;
    earlier.setAttribute("aria-disabled", String(wanted.offset === 0));
    later.setAttribute("aria-disabled", String(wanted.offset + PAGE >= all));
    const to = Math.min(wanted.offset + PAGE, all);
    const text = _("%(from)s–%(to)s of %(n)s", { from: wanted.offset + 1, to, n: all });
    setText(part(panel, "kernel-where"), text);
  }

  return {
    /**
     * @param {Run} run
     * @param {import("../../moment.js").Epoch} epoch
     * @param {number | null} layer null, or one without pictures: the first that has some
     */
    draw(run, epoch, layer) {
      if (run.id !== runId || (layer ?? 0) !== wanted.layer) {
        runId = run.id;
        wanted = { ...wanted, layer: layer ?? 0, offset: 0 };
      }
      const moment = epoch === "newest" ? pace.of(run, settled) : momentOf(run, epoch);
      const state = asked.want(run, "weights", { ...wanted, ...chosenEpoch(epoch) }, moment);
      settled = state.fresh || state.problem !== "";
      const now = /** @type {WeightPictures | null} */ (state.answer);
      part(panel, "kernels").hidden = !now || now.layer === null;
      const hint = state.problem || hintOf(now);
      part(panel, "kernel-hint").hidden = !hint;
      setText(part(panel, "kernel-hint"), hint);
      if (now && now !== pictures && now.layer !== null) show(now);
    },
    dispose: lifetime.dispose,
  };
}

/** @param {WeightPictures | null} now */
function hintOf(now) {
  if (!now) return _("Reading the weights…");
  if (now.layer !== null) return "";
  return _(
    "No layer of this network takes the pixels as its input, so its weights cannot be shown as images.",
  );
}

/** @param {WeightPictures | null} pictures */
function unitsOf(pictures) {
  return pictures?.layers.find((one) => one.number === pictures.layer)?.units ?? 0;
}

/** @param {WeightPictures["units"]} units */
const byNumber = (units) => [...units].sort((a, b) => a.unit - b.unit);

/** @param {WeightPictures} now */
function noteOf(now) {
  if (now.channels === 1) return _("After epoch %(epoch)s.", { epoch: now.epoch });
  return _("After epoch %(epoch)s. Each filter has %(n)s squares, one for each input channel.", {
    epoch: now.epoch,
    n: now.channels,
  });
}

/** @param {WeightPictures["units"][number]} unit */
function sentenceOf({ unit, norm, low, high }) {
  return _("Neuron %(n)s: weights from %(low)s to %(high)s, norm %(norm)s", {
    n: String(unit),
    low: short(low),
    high: short(high),
    norm: short(norm),
  });
}

/** @param {HTMLSelectElement} choice @param {WeightPictures} now */
function fillChoice(choice, now) {
  choice.hidden = now.layers.length < 2;
  const words = now.layers.map((layer) => layerName(layer));
  if ([...choice.options].map((option) => option.text).join() !== words.join()) {
    const options = now.layers.map((layer, n) => el("option", { value: layer.number }, words[n]));
    choice.replaceChildren(...options);
  }
  choice.value = String(now.layer);
}

/** @param {WeightPictures | null} pictures */
function tableOfUnits(pictures) {
  const rows = (pictures?.units ?? []).map(({ unit, norm, low, high }) => [
    String(unit),
    ...[norm, low, high].map((value) => short(value)),
  ]);
  const titles = [_("Neuron"), _("Norm"), _("Smallest"), _("Largest")];
  return tableOf(_("The weights of each neuron"), titles, rows);
}

// @ts-check
/** How it changed: weights and gradients of every layer, epoch by epoch. */

import { onThemeChange } from "../../colors.js";
import { createTwin, tableOf } from "../../data/twin.js";
import { el } from "../../dom.js";
import { _, number } from "../../i18n.js";
import { createLifetime } from "../../lifetime.js";
import { NOTHING } from "../../numbers.js";
import { part, setText } from "../../parts.js";
import { createAsked } from "../asked.js";
import { binAt, heatOf, medianOf, usedBins } from "./heat.js";
import { clockOf, createPace } from "./pace.js";
import { themePalette } from "./palette.js";
import { createRaster } from "./raster.js";
import { layerName, shareOf, short } from "./words.js";

/** @typedef {import("../../types.js").Run} Run */
/** @typedef {import("../../types.js").Histograms} Histograms */
/** @typedef {Histograms["layers"][number]} OfLayer */

/**
 * @param {HTMLElement} panel
 * @param {() => void} render
 */
export function createChanges(panel, render) {
  const lifetime = createLifetime();
  const asked = lifetime.own(createAsked(render));
  const pace = createPace(render, clockOf(lifetime));
  let shown = /** @type {Histograms | null} */ (null);
  let rows = /** @type {ReturnType<typeof createRow>[]} */ ([]);
  let shape = "";
  let settled = true;
  onThemeChange(() => shown && show(shown), lifetime.signal);

  /** @param {Histograms} now */
  function show(now) {
    shown = now;
    const wanted = JSON.stringify(now.layers.map((layer) => [layer.number, layer.parameters]));
    if (wanted !== shape) {
      shape = wanted;
      rows = now.layers.map(createRow);
      part(panel, "change-layers").replaceChildren(...rows.map((row) => row.element));
    }
    const palette = themePalette();
    // The same powers of ten for all layers, so that they can be compared.
    const used = usedBins(now.layers.flatMap((layer) => layer.gradients.shares));
    rows.forEach((row, n) => row.show(now.epochs, now.layers[n], palette, used));
  }

  return {
    /** @param {Run} run */
    draw(run) {
      const state = asked.want(run, "histograms", {}, pace.of(run, settled));
      settled = state.fresh || state.problem !== "";
      const now = /** @type {Histograms | null} */ (state.answer);
      part(panel, "change-layers").hidden = !now;
      const hint = state.problem || (now ? "" : _("Reading the weights of all kept epochs…"));
      part(panel, "change-hint").hidden = !hint;
      setText(part(panel, "change-hint"), hint);
      if (now && now !== shown) show(now);
    },
    dispose: lifetime.dispose,
  };
}

/** @param {OfLayer} first */
function createRow(first) {
  const layer = layerName(first);
  const [weights, gradients] = [
    createHeat(_("%(layer)s: weights by epoch; use the arrow keys to read them", { layer })),
    createHeat(_("%(layer)s: gradients by epoch; use the arrow keys to read them", { layer })),
  ];
  let now = first;
  let epochs = /** @type {number[]} */ ([]);
  const twin = createTwin(() => tableOfLayer(epochs, now));
  const element = el(
    "section",
    { class: "change-layer" },
    el("h4", {}, layer),
    el("div", { class: "heats" }, weights.figure(_("Weights")), gradients.figure(_("Gradients"))),
    twin.element,
  );
  return {
    element,
    /**
     * @param {number[]} times
     * @param {OfLayer} of
     * @param {import("./signed.js").Palette} palette
     * @param {{from: number, to: number}} used bins of gradients
     */
    show(times, of, palette, { from, to }) {
      [now, epochs] = [of, times];
      const { limit } = of.weights;
      weights.show(times, of.weights.shares, palette, [-limit, limit], short, spreadSentence(of));
      const [low, high] = of.gradients.decades;
      const { shares } = of.gradients;
      const step = (high - low) / (shares[0]?.length || 1);
      const range = [low + from * step, low + to * step];
      const cut = shares.map((row) => row.slice(from, to));
      gradients.show(times, cut, palette, range, power, normSentence(of));
      twin.fill();
    },
  };
}

/** A power of ten as a number. @param {number} exponent */
const power = (exponent) => short(10 ** exponent);

/** @param {OfLayer} of */
function spreadSentence({ weights: { mean, std } }) {
  return _("Newest: mean %(mean)s, standard deviation %(std)s", {
    mean: short(mean.at(-1)),
    std: short(std.at(-1)),
  });
}

/** @param {OfLayer} of */
function normSentence({ gradients: { norm, zero } }) {
  return _("Newest: norm %(norm)s; %(zero)s are 0", {
    norm: short(norm.at(-1)),
    zero: shareOf(zero.at(-1)),
  });
}

/** @param {string} label */
function createHeat(label) {
  const raster = createRaster(label, "heat");
  const [top, bottom, start, end] = Array.from({ length: 4 }, () => el("span", {}));
  return {
    /** @param {string} title */
    figure: (title) =>
      el(
        "figure",
        {},
        el("figcaption", {}, title),
        el("div", { class: "value-axis num", "aria-hidden": "true" }, top, bottom),
        raster.frame,
        el("div", { class: "epoch-axis num", "aria-hidden": "true" }, start, end),
        raster.line,
      ),
    /**
     * @param {number[]} epochs
     * @param {number[][]} shares
     * @param {import("./signed.js").Palette} palette
     * @param {number[]} range
     * @param {(value: number) => string} write
     * @param {string} rest
     */
    show(epochs, shares, palette, [low, high], write, rest) {
      const heat = heatOf(shares, palette);
      setText(top, write(high));
      setText(bottom, write(low));
      setText(start, epochs.length ? _("epoch %(n)s", { n: epochs[0] }) : "");
      setText(end, epochs.length > 1 ? number(epochs[epochs.length - 1]) : "");
      raster.show({
        ...heat,
        rest,
        say(x, y) {
          const { from, to } = binAt(y, heat.height, low, high);
          const share = shareOf(shares[x][heat.height - 1 - y]);
          const words = { epoch: epochs[x], share, from: write(from), to: write(to) };
          return _("Epoch %(epoch)s: %(share)s between %(from)s and %(to)s", words);
        },
      });
    },
  };
}

/** @param {number[]} epochs @param {OfLayer} layer */
function tableOfLayer(epochs, { weights, gradients }) {
  const [low, high] = gradients.decades;
  const rows = epochs.map((epoch, n) => {
    const median = medianOf(gradients.shares[n], low, high);
    return [
      number(epoch),
      short(weights.mean[n]),
      short(weights.std[n]),
      short(gradients.norm[n]),
      median === null ? NOTHING : power(median),
      shareOf(gradients.zero[n]),
    ];
  });
  const titles = [
    _("Epoch"),
    _("Mean of the weights"),
    _("Standard deviation"),
    _("Norm of the gradient"),
    _("Median absolute value, without zeros"),
    _("Gradients of 0"),
  ];
  return tableOf(_("Weights and gradients by epoch"), titles, rows.reverse());
}

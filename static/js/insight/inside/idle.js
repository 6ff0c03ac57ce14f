// @ts-check
/** Dead and saturated units: their share in every layer, epoch by epoch. */

import { createTwin, tableOf } from "../../data/twin.js";
import { el, svg } from "../../dom.js";
import { _, number } from "../../i18n.js";
import { createLifetime } from "../../lifetime.js";
import { part, setText } from "../../parts.js";
import { createAsked } from "../asked.js";
import { clockOf, createPace } from "./pace.js";
import { layerName, shareOf } from "./words.js";

/** @typedef {import("../../types.js").Run} Run */
/** @typedef {import("../../types.js").UnitShares} UnitShares */

/** A line of the chart: of which layer, what it counts. */
/** @typedef {{name: string, kind: "dead" | "saturated", shares: (number | null)[]}} Line */

const [WIDTH, HEIGHT] = [480, 120];

/**
 * The lines of the layers in which units can die or saturate.
 * @param {UnitShares} now
 * @returns {Line[]}
 */
export function linesOf(now) {
  return now.layers.flatMap((layer) =>
    /** @type {const} */ (["dead", "saturated"])
      .filter((kind) => layer[kind].some((share) => share !== null))
      .map((kind) => ({ name: layerName(layer), kind, shares: layer[kind] })),
  );
}

/**
 * Points of a polyline; epochs keep their distances.
 * @param {number[]} epochs
 * @param {(number | null)[]} shares
 * @param {number} width
 * @param {number} height
 */
export function pointsOf(epochs, shares, width, height) {
  const [first, last] = [epochs[0], epochs[epochs.length - 1]];
  const points = epochs.map((epoch, n) => {
    const share = shares[n];
    if (share === null) return "";
    const x = last > first ? ((epoch - first) / (last - first)) * width : width / 2;
    return `${x.toFixed(1)},${(height * (1 - share)).toFixed(1)}`;
  });
  return points.filter(Boolean).join(" ");
}

/**
 * @param {HTMLElement} panel
 * @param {() => void} render
 */
export function createIdle(panel, render) {
  const lifetime = createLifetime();
  const asked = lifetime.own(createAsked(render));
  const pace = createPace(render, clockOf(lifetime));
  let shown = /** @type {UnitShares | null} */ (null);
  let settled = true;
  const twin = createTwin(() => tableOfShares(shown));
  part(panel, "idle-twin").replaceChildren(twin.element);

  /** @param {UnitShares} now */
  function show(now) {
    shown = now;
    const lines = linesOf(now);
    part(panel, "idle-frame").hidden = !lines.length;
    setText(part(panel, "idle-verdict"), verdictOf(now, lines));
    part(panel, "idle-chart", SVGElement).replaceChildren(...shapesOf(now.epochs, lines));
    part(panel, "idle-key").replaceChildren(...lines.map(keyOf));
    setText(part(panel, "idle-first"), _("epoch %(n)s", { n: now.epochs[0] ?? 0 }));
    setText(part(panel, "idle-last"), number(now.epochs[now.epochs.length - 1] ?? 0));
    twin.fill();
  }

  return {
    /** @param {Run} run */
    draw(run) {
      const state = asked.want(run, "units", {}, pace.of(run, settled));
      settled = state.fresh || state.problem !== "";
      const now = /** @type {UnitShares | null} */ (state.answer);
      part(panel, "idle").hidden = !now;
      const hint = state.problem || (now ? "" : _("Computing the outputs of all kept epochs…"));
      part(panel, "idle-hint").hidden = !hint;
      setText(part(panel, "idle-hint"), hint);
      if (now && now !== shown) show(now);
    },
    dispose: lifetime.dispose,
  };
}

/** @param {UnitShares} now @param {Line[]} lines */
function verdictOf(now, lines) {
  if (!lines.length)
    return _(
      "No hidden layer of this network has an activation that lets neurons die or saturate.",
    );
  const newest = lines.map((line) => ({ ...line, share: line.shares.at(-1) ?? 0 }));
  const worst = newest.reduce((a, b) => (b.share > a.share ? b : a));
  const words = { layer: worst.name, share: shareOf(worst.share), images: now.images };
  return worst.kind === "dead"
    ? _(
        "Most in layer %(layer)s: %(share)s of its neurons output 0 for each of %(images)s test digits.",
        words,
      )
    : _(
        "Most in layer %(layer)s: %(share)s of its outputs for %(images)s test digits are saturated.",
        words,
      );
}

/** @param {number[]} epochs @param {Line[]} lines */
function shapesOf(epochs, lines) {
  return lines.map((line, n) => {
    const points = pointsOf(epochs, line.shares, WIDTH, HEIGHT);
    const alone = !points.includes(" ");
    const [x, y] = points.split(",");
    const shape = alone
      ? svg("circle", { cx: x ?? 0, cy: y ?? 0, r: 4 })
      : svg("polyline", { points });
    shape.classList.add(...classesOf(n));
    return shape;
  });
}

/** Eight colours; the next eight are dashed. @param {number} n */
const classesOf = (n) => [`line-${(n % 8) + 1}`, ...(Math.floor(n / 8) % 2 ? ["dashed"] : [])];

/** @param {Line} line @param {number} n */
function keyOf({ name, kind, shares }, n) {
  const words = { layer: name, share: shareOf(shares.at(-1)) };
  const text =
    kind === "dead"
      ? _("%(layer)s: %(share)s dead", words)
      : _("%(layer)s: %(share)s saturated", words);
  const sample = svg("svg", { viewBox: "0 0 22 6", "aria-hidden": "true" });
  const stroke = svg("polyline", { points: "0,3 22,3" });
  stroke.classList.add(...classesOf(n));
  sample.append(stroke);
  return el("li", {}, sample, text);
}

/** @param {UnitShares | null} now */
function tableOfShares(now) {
  const rows = (now?.epochs ?? []).flatMap((epoch, n) =>
    (now?.layers ?? []).map((layer) => [
      number(epoch),
      layerName(layer),
      ...[layer.dead[n], layer.saturated[n], layer.active[n]].map((share) => shareOf(share)),
    ]),
  );
  const titles = [_("Epoch"), _("Layer"), _("Dead neurons"), _("Saturated"), _("Above 0")];
  return tableOf(_("Dead and saturated neurons by epoch"), titles, rows.reverse());
}
